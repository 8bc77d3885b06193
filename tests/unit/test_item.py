"""A submission in DynamoDB's types, and the name that it has there for good."""

from decimal import Decimal

import pytest

from ingest.item import item_values, token_of
from ingest.models import read_submission

CONTENT = {
    "externalConversationId": "c",
    "lobName": "Fidélisation 📱",
    "campaign": 'a "quoted" \\ text',
    "companySegment": ["gold", "consumer"],
    "browserVersion": "18.1",
    "attributes": [
        {"name": "tier", "value": "gold"},
        {"name": "nested", "value": {"b": [1, Decimal("2.50"), None, True], "a": {"d": "1", "c": 10**21}}},
    ],
}


def token(content):
    return token_of("e-1", item_values(read_submission(content)))


def test_a_token_is_what_it_always_was():
    # Tokens stay in the table. With another one, what was applied before a deployment could be applied again after it.
    assert token(CONTENT) == "e-1#X617NOFcroq3iKvfnbiFbQ"
    assert token({"externalConversationId": "c"}) == "e-1#Kvubg_kxTl0Cl2YZf1OXkg"


def test_a_token_does_not_depend_on_the_order_of_names_at_any_depth():
    nested = {"a": {"c": 10**21, "d": "1"}, "b": [1, Decimal("2.5"), None, True]}
    attributes = [{"name": "nested", "value": nested}, {"key": "tier", "value": "gold"}]
    assert token(dict(reversed(CONTENT.items())) | {"attributes": attributes}) == token(CONTENT)


@pytest.mark.parametrize(
    "other",
    [
        {"companySegment": ["consumer", "gold"]},
        {"lobName": None, "lobId": "Fidélisation 📱"},
        {"attributes": [{"tier": "gold"}]},
        {"attributes": [*CONTENT["attributes"], {"tier": {"N": "1"}}]},
        {"attributes": [*CONTENT["attributes"], {"tier": 1}]},
        {"attributes": [*CONTENT["attributes"], {"tier": "1"}]},
        {"attributes": [*CONTENT["attributes"], {"more": None}, {"less": False}]},
    ],
)
def test_other_content_has_another_token(other):
    others = [token(CONTENT | other), token(CONTENT)]
    assert len(set(others)) == 2
