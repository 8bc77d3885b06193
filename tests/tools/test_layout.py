"""JSON that is laid out for people."""

from decimal import Decimal

from tools.layout import lay_out


def test_what_fits_a_line_stays_on_one() -> None:
    assert lay_out({"a": [1, {"b": "é"}]}) == '{"a": [1, {"b": "é"}]}'


def test_what_does_not_fit_has_a_line_for_each_member() -> None:
    long = "x" * 60
    assert lay_out({"first": {"a": long, "b": [long, long]}, "second": []}).splitlines() == [
        "{",
        '  "first": {',
        f'    "a": "{long}",',
        '    "b": [',
        f'      "{long}",',
        f'      "{long}"',
        "    ]",
        "  },",
        '  "second": []',
        "}",
    ]


def test_sets_and_numbers_of_dynamodb_are_laid_out_too() -> None:
    assert lay_out([{"b", "a"}, Decimal("25"), Decimal("42.9")]) == '[["a", "b"], 25, 42.9]'
