"""Bad days of DynamoDB: what the caller is answered, and what is in the table then."""

import json

import pytest
from botocore import exceptions
from oracle import CANARY

from aws_client import CONFIG
from ingest import store

CLIENT = store._dynamodb
ENDPOINT = "https://dynamodb.us-east-1.amazonaws.com/"
TIMEOUT = exceptions.ReadTimeoutError(endpoint_url=ENDPOINT)
REQUEST_ID = "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"
ATTEMPTS = CONFIG.retries["total_max_attempts"]

SUBMISSION = {"externalConversationId": "c", "eventId": "e-1", "lobId": "l", "attributes": [{"a": 1}]}


def refusal(code, message=CANARY, status=400):
    return status, json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message})


THROTTLED = [*map(refusal, ("ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"))]
NOT_DYNAMODB = ["<html>Sign in</html>", "", "{}", '{"ConsumedCapacity": {}}', '{"Item": {"lobId": {"S": "l"}}}']
NOT_DYNAMODB += ['{"ConsumedCapacity": {"CapacityUnits": "1"}}', refusal("InternalServerError")[1]]
UNAVAILABLE = [
    refusal("InternalServerError", status=500),
    refusal("SomethingNew", status=502),
    refusal("TransactionConflictException"),
    refusal("ReplicatedWriteConflictException"),
    refusal("ExpiredTokenException"),
    refusal("InvalidSignatureException"),
    (500, ""),
    (403, "<html>Forbidden</html>"),
    # What does not say what it consumed.
    *((status, content) for content in NOT_DYNAMODB for status in (200, 204)),
    exceptions.EndpointConnectionError(endpoint_url=ENDPOINT),
    TIMEOUT,
    exceptions.ConnectionClosedError(endpoint_url=ENDPOINT),
    exceptions.SSLError(endpoint_url=ENDPOINT, error="handshake"),
    exceptions.HTTPClientError(error="anything else between here and there"),
]
# Each way in which DynamoDB tells of an item that outgrows 400 KB.
FULL = [
    refusal("ValidationException", f"{size} has exceeded the maximum allowed size")
    for size in ("Item size", "Item size to update")
]
DEFECT = [
    refusal("AccessDeniedException"),
    refusal("ValidationException"),
    refusal("SomethingNew"),
    exceptions.NoCredentialsError(),
    RuntimeError(CANARY),
]


@pytest.mark.parametrize(
    ("failure", "code", "outcome", "level"),
    [
        *((failure, "429-01", "Throttled", "WARNING") for failure in THROTTLED),
        *((failure, "503-01", "Unavailable", "WARNING") for failure in UNAVAILABLE),
        *((failure, "413-02", "Full", "WARNING") for failure in FULL),
        *((failure, "500-01", "Failed", "ERROR") for failure in DEFECT),
    ],
)
def test_a_failed_write_has_its_code_and_its_outcome_and_a_traceback_where_it_is_a_defect(
    submit, answering, log, failure, code, outcome, level
):
    with answering(CLIENT, failure) as attempts:
        assert submit(SUBMISSION).body["error"]["code"] == code
    assert failure not in THROTTLED or len(attempts) == ATTEMPTS
    assert failure not in DEFECT or len(attempts) == 1
    [line] = log()
    assert (line["message"], line["level"], line[outcome]) == (outcome, level, [1])
    assert (line["requestId"], line["eventId"], line["externalConversationId"]) == (REQUEST_ID, "e-1", "c")
    assert ("Traceback" in line.get("exception", "")) == (failure in DEFECT)


@pytest.mark.parametrize(
    ("lost", "answers", "outcomes"),
    [(1, [200], ["Duplicate"]), (ATTEMPTS, [503, 200], ["Unavailable", "Duplicate"])],
)
def test_a_submission_whose_answers_were_lost_is_applied_once_and_may_be_sent_again(
    submit, table, answering, log, lost, answers, outcomes
):
    with answering(CLIENT, TIMEOUT, applied=True, times=lost):
        assert [submit(SUBMISSION).status for _ in answers] == answers
    assert [line["message"] for line in log()] == outcomes
    assert len(table.item("c")["submissions"]) == 1
