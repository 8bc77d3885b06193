"""JSON that is laid out for people."""

from decimal import Decimal

from tools.local.layout import lay_out

LONG = "x" * 60


def test_sets_and_numbers_of_dynamodb_are_laid_out_too():
    assert lay_out([{"b", "a"}, Decimal("25"), Decimal("42.9")]) == '[["a", "b"], 25, 42.9]'


def test_what_does_not_fit_a_line_has_one_for_each_member():
    value = {"a": {"b": 1, "c": []}, "d": [LONG, {"e": LONG}]}
    assert lay_out(value).splitlines() == [
        *("{", '  "a": {"b": 1, "c": []},', '  "d": ['),
        *(f'    "{LONG}",', f'    {{"e": "{LONG}"}}', "  ]", "}"),
    ]
