"""A submission's name in its item: the same for the same content, another for other content, and for good."""

from decimal import Decimal

import pytest

from ingest.item import item_values, token_of
from ingest.models import read_submission

SAME = [
    # Names in another order, at any depth.
    ({"lobId": "l", "lobName": "n"}, {"lobName": "n", "lobId": "l"}),
    ([{"a": 1, "b": {"x": 1, "y": 2}}], [{"b": {"y": 2, "x": 1}}, {"a": 1}]),
    # What says nothing.
    ({"lobId": "l"}, {"lobId": "l", "platform": None, "attributes": None, "model_config": {}, "self": 1}),
    ({"lobId": "l"}, {"lobId": "l", "attributes": [{}, {"b": None}]}),
    # Other forms of the same attributes.
    ([{"a": 1}], [{"a": 7}, {"key": "a", "value": Decimal("1.00")}]),
]
OTHER = [
    ({"lobId": "a"}, {"lobId": "b"}),
    ({"lobId": "a"}, {"lobName": "a"}),
    ({"lobId": "a"}, [{"lobId": "a"}]),
    ({"companySegment": ["a", "b"]}, {"companySegment": ["b", "a"]}),
    ({"companySegment": ["a,b"]}, {"companySegment": ["a", "b"]}),
    ([{"a": 1}], [{"a": "1"}]),
    ([{"a": 1}], [{"a": True}]),
    ([{"a": 1}], [{"a": {"N": "1"}}]),
    ([{"a": []}], [{"a": {}}]),
    ([{"a": [1, 2]}], [{"a": [2, 1]}]),
    ([{"a": [None]}], [{"a": [False]}]),
]


def token(content):
    """Return the token of a submission, of which the fields are given or the attributes alone."""
    fields = {"attributes": content} if isinstance(content, list) else content
    return token_of("e-1", item_values(read_submission({"externalConversationId": "c"} | fields)))


def test_a_token_is_what_it_always_was():
    # Tokens stay in the table. With another one, what was applied before a deployment could be applied again after it.
    content = {
        "lobName": "Fidélisation 📱",
        "campaign": 'a "quoted" \\ text',
        "companySegment": ["gold", "consumer"],
        "browserVersion": "18.1",
        "attributes": [
            {"name": "tier", "value": "gold"},
            {"name": "nested", "value": {"b": [1, Decimal("2.50"), None, True], "a": {"d": "1", "c": 10**21}}},
        ],
    }
    assert token(content) == "e-1#X617NOFcroq3iKvfnbiFbQ"
    assert token({}) == "e-1#Kvubg_kxTl0Cl2YZf1OXkg"


@pytest.mark.parametrize(("content", "same"), SAME)
def test_the_same_content_has_the_same_token(content, same):
    assert token(content) == token(same)


@pytest.mark.parametrize(("content", "other"), OTHER)
def test_other_content_has_another_token(content, other):
    assert token(content) != token(other)
