"""The requests that DynamoDB gets: within its limits, and readable to it, whatever was sent."""

import re
from datetime import timedelta

import pytest
from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from ingest import store
from ingest.models import Submission

# What https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html allows.
EXPRESSION_BYTES = 4096
OPERATORS = 300
VARIABLES_BYTES = 2 * 1024 * 1024

OPERATIONS = {"ADD", "REMOVE", "SET", "NOT", "contains", "if_not_exists"}
OWN = {"submissions", "createdAt", "updatedAt", "updatedBy", "expiresAt"}
OPTIONS = {"deviceType": "PHONE", "platform": "VOICE_HOMEPOD", "operatingSystem": "ANDROID", "companySegment": ["s"]}


@pytest.mark.parametrize("retention", [0, 365])
def test_the_largest_submission_makes_a_request_that_dynamodb_takes(submit, table, sdk_calls, monkeypatch, retention):
    monkeypatch.setattr(store, "RETENTION", timedelta(days=retention))
    fields = dict.fromkeys(Submission.model_fields.keys() - {"attributes"}, "x" * 16) | OPTIONS
    attributes = [{f"{row}{column}{'n' * 200}": "x" * 16 for column in range(10)} for row in range(10)]
    assert submit(fields | {"externalConversationId": "c", "attributes": attributes}).status == 200
    assert sum(name.startswith("attribute:") for name in table.item("c")) == 100
    [sent] = [call.parameters for call in sdk_calls if call.action == "dynamodb:UpdateItem"]
    assert len(repr(sent)) < VARIABLES_BYTES
    # It asks what it consumed and for nothing else.
    assert sent["ReturnConsumedCapacity"] == "TOTAL"
    assert not sent.keys() & {"ReturnValues", "ReturnValuesOnConditionCheckFailure"}
    for expression in (sent["UpdateExpression"], sent["ConditionExpression"]):
        assert len(expression.encode()) <= EXPRESSION_BYTES
        # Even if DynamoDB counted each assignment.
        assert len(re.findall(r"[=+\-<>(]|\b(?:NOT|AND|OR)\b", expression)) <= OPERATORS
        # Nothing that was sent, and no name that DynamoDB keeps for itself.
        words = set(re.findall(r"(?<![:#\w])[A-Za-z]\w*", expression)) - OPERATIONS
        assert words <= Submission.model_fields.keys() | OWN
        assert {word.upper() for word in words}.isdisjoint(ReservedKeywords.get_reserved_keywords())
