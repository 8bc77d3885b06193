"""Failures of DynamoDB: the response, the log line, and the item."""

import gzip
import json

import pytest
from botocore import exceptions

from aws_client import CONFIG
from ingest import store
from tools.contract import CANARY

CLIENT = store._dynamodb
ENDPOINT = "https://dynamodb.us-east-1.amazonaws.com/"
TIMEOUT = exceptions.ReadTimeoutError(endpoint_url=ENDPOINT)
REQUEST_ID = "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"
ATTEMPTS = CONFIG.retries["total_max_attempts"]

SUBMISSION = {"externalConversationId": "c", "eventId": "e-1", "lobId": "l", "attributes": [{"a": 1}]}


def refusal(code, message=CANARY, status=400):
    return status, json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message})


THROTTLED = [*map(refusal, ("ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"))]
NOT_DYNAMODB = ["<html>Sign in</html>", "", "{}", '{"ConsumedCapacity": {}}', refusal("InternalServerError")[1]]
NOT_DYNAMODB += [
    f'{{"ConsumedCapacity": {{"CapacityUnits": {units}}}}}' for units in ('"1"', "true", "NaN", "1e999", -1, 10**400)
]
# Responses for which botocore raises an exception that is not a ClientError.
UNREADABLE = [
    *((200, page) for page in ("<p>Accès</p>".encode("latin-1"), gzip.compress(b"<p>", mtime=0), "[" * 100_000)),
    *((200, content) for content in ("[]", "null", '{"ConsumedCapacity": 1}', '{"ConsumedCapacity": ["Units"]}')),
    *((status, content) for content in ("[]", '{"__type": 5}', '{"__type": []}', b"\xe9") for status in (400, 503)),
]
UNAVAILABLE = [
    refusal("InternalServerError", status=500),
    refusal("SomethingNew", status=502),
    *map(refusal, ("TransactionConflictException", "ReplicatedWriteConflictException")),
    *map(refusal, ("ExpiredTokenException", "InvalidSignatureException")),
    *((500, ""), (403, "<html>Forbidden</html>"), (302, "")),
    # Codes that DynamoDB does not have.
    *((400, json.dumps({"__type": code})) for code in (None, "", "400", "no such page", "<html>")),
    # Responses without the consumed capacity.
    *((status, content) for content in NOT_DYNAMODB for status in (200, 204)),
    exceptions.EndpointConnectionError(endpoint_url=ENDPOINT),
    TIMEOUT,
    exceptions.HTTPClientError(error="anything else between here and there"),
]
# DynamoDB's two messages for an item over 400 KB.
FULL = [
    refusal("ValidationException", f"Item size{to} has exceeded the maximum allowed size") for to in ("", " to update")
]
DEFECT = [
    *map(refusal, ("AccessDeniedException", "ValidationException", "SomethingNew")),
    (400, '{"__type": "ValidationException", "message": 5}'),
    exceptions.NoCredentialsError(),
]


@pytest.mark.parametrize(
    ("failure", "code", "outcome", "level"),
    [
        *((failure, "429-01", "Throttled", "WARNING") for failure in THROTTLED),
        *((failure, "503-01", "Unavailable", "WARNING") for failure in [*UNAVAILABLE, *UNREADABLE]),
        *((failure, "413-02", "Full", "WARNING") for failure in FULL),
        *((failure, "500-01", "Failed", "ERROR") for failure in DEFECT),
    ],
)
def test_failed_write_has_its_code_outcome_and_level(submit, answering, log, failure, code, outcome, level):
    with answering(CLIENT, failure) as attempts:
        assert submit(SUBMISSION).body["error"]["code"] == code
    assert failure not in THROTTLED or len(attempts) == ATTEMPTS
    assert failure not in DEFECT or len(attempts) == 1
    [line] = log()
    assert (line["message"], line["level"], line[outcome]) == (outcome, level, [1])
    assert (line["requestId"], line["eventId"], line["externalConversationId"]) == (REQUEST_ID, "e-1", "c")
    assert ("Traceback" in line.get("exception", "")) == (failure in [*DEFECT, *UNREADABLE])


def test_defect_in_the_parameters_gets_500(submit, monkeypatch, log):
    monkeypatch.setattr(store, "TABLE_NAME", {"not": "a name"})
    assert submit(SUBMISSION).status == 500
    assert log()[0]["message"] == "Failed"


def test_sdk_retries_are_the_standard_mode():
    # Adaptive mode delays all calls of a client that was throttled, including those for other callers.
    assert CLIENT.meta.config.retries == {"mode": "standard", "total_max_attempts": 3}


@pytest.mark.parametrize(
    ("lost", "answers", "outcomes"),
    [(1, [200], ["Duplicate"]), (ATTEMPTS, [503, 200], ["Unavailable", "Duplicate"])],
)
def test_submission_with_a_lost_response_is_applied_once(submit, table, answering, log, lost, answers, outcomes):
    with answering(CLIENT, TIMEOUT, applied=True, times=lost):
        assert [submit(SUBMISSION).status for _ in answers] == answers
    assert [line["message"] for line in log()] == outcomes
    assert len(table.item("c")["submissions"]) == 1


def test_unavailable_response_has_retry_after_1(invoke, read_event, answering):
    with answering(CLIENT, TIMEOUT):
        assert invoke(read_event("stored-full"))["headers"]["Retry-After"] == "1"
