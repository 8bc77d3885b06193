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

NAMES = {"ADD", "SET", "NOT", "AND", "contains", "attribute_exists", "attribute_not_exists", "if_not_exists"}
OPTIONS = {"deviceType": "PHONE", "platform": "VOICE_HOMEPOD", "operatingSystem": "ANDROID", "companySegment": ["s"]}


def everything(event_id, text):
    fields = dict.fromkeys(Submission.model_fields.keys() - {"attributes"}, text) | OPTIONS
    attributes = [{f"{row}{column}{'n' * 200}": text for column in range(10)} for row in range(10)]
    return fields | {"externalConversationId": "c", "eventId": event_id, "attributes": attributes}


@pytest.fixture
def requests(submit, table, sdk_calls, monkeypatch):
    """The two requests of the largest submission there can be, the first form and the second."""
    monkeypatch.setattr(store, "RETENTION", store.timedelta(days=365))
    for event_id in ("e-1", "e-2"):
        sdk_calls.clear()
        assert submit(everything(event_id, "x" * 16)).status == 200
    assert len(table.item("c")["attributes"]) == 100
    return [call.parameters for call in sdk_calls if call.action == "dynamodb:UpdateItem"]


def test_the_largest_submission_stays_within_dynamodbs_limits_of_an_expression(requests):
    assert len(requests) == 2
    for request in requests:
        for expression in (request["UpdateExpression"], request["ConditionExpression"]):
            assert len(expression.encode()) <= EXPRESSION_BYTES
            # Even if DynamoDB counted each assignment.
            assert len(re.findall(r"[=+\-<>(]|\b(?:NOT|AND|OR)\b", expression)) <= OPERATORS
        assert len(repr(request)) < VARIABLES_BYTES


def test_every_name_that_an_expression_spells_out_is_free_to_be_used(requests):
    reserved = set(ReservedKeywords.get_reserved_keywords())
    assert "SIZE" in reserved
    for request in requests:
        text = f"{request['UpdateExpression']} {request['ConditionExpression']}"
        spelt_out = set(re.findall(r"(?<![:#\w])[A-Za-z]\w*", text)) - NAMES
        assert spelt_out >= {"externalConversationId", "eventId", *OPTIONS} - {"externalConversationId"}
        assert not {name for name in spelt_out if name.upper() in reserved}


def test_nothing_that_was_sent_stands_in_an_expression(requests):
    for request in requests:
        assert "x" * 16 not in request["UpdateExpression"] + request["ConditionExpression"]
        assert "n" * 200 not in request["UpdateExpression"] + request["ConditionExpression"]


def test_a_write_asks_for_the_item_only_where_it_is_refused(requests):
    for request in requests:
        assert request["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"
        assert "ReturnValues" not in request
