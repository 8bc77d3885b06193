"""JSON that is laid out for people."""

from decimal import Decimal

from tools.layout import lay_out

LONG = "x" * 60


def test_what_does_not_fit_on_a_line_has_a_line_for_each_member():
    assert lay_out({"first": {"a": LONG, "b": [LONG, "é"]}, "second": []}).splitlines() == [
        "{",
        '  "first": {',
        f'    "a": "{LONG}",',
        f'    "b": ["{LONG}", "é"]',
        "  },",
        '  "second": []',
        "}",
    ]


def test_sets_and_numbers_of_dynamodb_are_laid_out_too():
    assert lay_out([{"b", "a"}, Decimal("25"), Decimal("42.9")]) == '[["a", "b"], 25, 42.9]'
