"""The requests that DynamoDB gets: within its limits, and readable to it, whatever was sent."""

import re

import pytest
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from ingest import store
from ingest.models import Submission

# What https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html allows.
EXPRESSION_BYTES = 4096
OPERATORS = 300
VARIABLES_BYTES = 2 * 1024 * 1024

NAMES = {"ADD", "REMOVE", "SET", "NOT", "contains", "if_not_exists"}
OPTIONS = {"deviceType": "PHONE", "platform": "VOICE_HOMEPOD", "operatingSystem": "ANDROID", "companySegment": ["s"]}


@pytest.fixture(params=[0, 365])
def request_sent(submit, table, sdk_calls, monkeypatch, request):
    """The request of the largest submission that there can be, with retention and without."""
    monkeypatch.setattr(store, "RETENTION", store.timedelta(days=request.param))
    fields = dict.fromkeys(Submission.model_fields.keys() - {"attributes"}, "x" * 16) | OPTIONS
    attributes = [{f"{row}{column}{'n' * 200}": "x" * 16 for column in range(10)} for row in range(10)]
    assert submit(fields | {"externalConversationId": "c", "attributes": attributes}).status == 200
    assert sum(name.startswith("attribute:") for name in table.item("c")) == 100
    [sent] = [call.parameters for call in sdk_calls if call.action == "dynamodb:UpdateItem"]
    return sent


def test_the_largest_submission_stays_within_dynamodbs_limits_of_an_expression(request_sent):
    for expression in (request_sent["UpdateExpression"], request_sent["ConditionExpression"]):
        assert len(expression.encode()) <= EXPRESSION_BYTES
        # Even if DynamoDB counted each assignment.
        assert len(re.findall(r"[=+\-<>(]|\b(?:NOT|AND|OR)\b", expression)) <= OPERATORS
    assert len(repr(request_sent)) < VARIABLES_BYTES


def test_every_name_that_an_expression_spells_out_is_free_to_be_used(request_sent):
    reserved = set(ReservedKeywords.get_reserved_keywords())
    assert "SIZE" in reserved
    text = f"{request_sent['UpdateExpression']} {request_sent['ConditionExpression']}"
    spelt_out = set(re.findall(r"(?<![:#\w])[A-Za-z]\w*", text)) - NAMES
    assert spelt_out >= {"submissions", "createdAt"}
    assert not {name for name in spelt_out if name.upper() in reserved}


def test_nothing_that_was_sent_stands_in_an_expression(request_sent):
    text = request_sent["UpdateExpression"] + request_sent["ConditionExpression"]
    assert "x" * 16 not in text
    assert "n" * 200 not in text


def test_a_write_asks_what_it_consumed_and_for_nothing_else(request_sent):
    assert request_sent["ReturnConsumedCapacity"] == "TOTAL"
    assert not request_sent.keys() & {"ReturnValues", "ReturnValuesOnConditionCheckFailure"}
