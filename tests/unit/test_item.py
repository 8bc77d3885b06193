"""The token of a submission in its item: equal for equal content, and permanent."""

from decimal import Decimal

import pytest

from ingest.item import item_values, token_of
from ingest.models import read_submission

SAME = [
    # Members in another order, at any depth.
    ({"lobId": "l", "lobName": "n"}, {"lobName": "n", "lobId": "l"}),
    ([{"a": 1, "b": {"x": 1, "y": 2}}], [{"b": {"y": 2, "x": 1}}, {"a": 1}]),
    # Nulls and unknown fields.
    ({"lobId": "l"}, {"lobId": "l", "platform": None, "attributes": None, "model_config": {}, "self": 1}),
    ({"lobId": "l"}, {"lobId": "l", "attributes": [{}, {"b": None}]}),
    # Other forms of the same attributes.
    ([{"a": 1}], [{"a": 7}, {"key": "a", "value": Decimal("1.00")}]),
    *(([{"a": number}], [{"a": Decimal(same)}]) for number, same in ((1, "10E-1"), (0, "-0e5"), (100, "1E+2"))),
]


def token(content):
    """Return the token of a submission with these fields, or with these attributes only."""
    fields = {"attributes": content} if isinstance(content, list) else content
    return token_of("e-1", item_values(read_submission({"externalConversationId": "c"} | fields)))


# Tokens stay in the table. If they changed, a retry of an earlier submission would be applied again.
# A token of every field is in tests/integration/test_golden.py.
GOLDEN = {
    "Aee3IP9WbVM": {},
    "VCbtDvDdzac": {
        "lobName": "Fidélisation 📱",
        "campaign": 'a "quoted" \\ text',
        "companySegment": ["gold", "consumer"],
        "browserVersion": "18.1",
    },
    "niQpHPxon-o": [{"a": "text"}],
    "nCtVEIGi-2s": [{"a": True}],
    "XmH1xUqTHdU": [{"a": False}],
    "dtlYlPDU2AE": [{"a": 25}],
    "Eg9_UX93hqc": [{"a": Decimal("-2.50")}],
    # The boundary between plain and scientific notation.
    "ffJwtF6WYtk": [{"a": 10**37}],
    "nAKZMI2BvVc": [{"a": 10**38}],
    "g8s_nqynrYE": [{"a": Decimal("1E-37")}],
    "33A-Oqx_9mg": [{"a": Decimal("1E-38")}],
    "KV98xN9rbIo": [{"a": []}],
    "LQRbAb6a020": [{"a": {}}],
    "1vYZpCwBrgY": [{"a": [1, None, "a"]}],
    "MqMsAMxs4cU": [{"a": {"b": [None], "a": {"d": "1", "c": Decimal("0.0")}}}],
}


@pytest.mark.parametrize(("digest", "content"), GOLDEN.items())
def test_token_is_the_golden_example(digest, content):
    assert token(content) == f"e-1#{digest}"


def test_token_is_independent_of_the_order_of_fields():
    values = {"platform": {"S": "IOS"}, "deviceType": {"S": "PHONE"}, "attribute:a": {"N": "1"}}
    assert token_of("e-1", values) == token_of("e-1", dict(reversed(values.items())))


@pytest.mark.parametrize(("content", "same"), SAME)
def test_equal_content_has_the_same_token(content, same):
    assert token(content) == token(same)
