"""JSON that is laid out for people. How its lines are broken, the Postman collection's own test tells."""

from decimal import Decimal

from tools.layout import lay_out


def test_sets_and_numbers_of_dynamodb_are_laid_out_too():
    assert lay_out([{"b", "a"}, Decimal("25"), Decimal("42.9")]) == '[["a", "b"], 25, 42.9]'
