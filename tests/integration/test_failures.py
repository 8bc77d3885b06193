"""Bad days of DynamoDB: what the caller is answered, and what is in the table then."""

import json

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from oracle import CANARY

from aws_client import CONFIG
from ingest import store

CLIENT = store._dynamodb
ENDPOINT = "https://dynamodb.us-east-1.amazonaws.com/"
REQUEST_ID = "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"
ATTEMPTS = CONFIG.retries["total_max_attempts"]

SUBMISSION = {"externalConversationId": "c", "eventId": "e-1", "lobId": "l", "attributes": [{"a": 1}]}


def refusal(code, message=CANARY, status=400):
    return status, json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message})


def check_line(log, outcome, level):
    [line] = log()
    assert (line["message"], line["level"], line[outcome]) == (outcome, level, [1])
    assert (line["requestId"], line["eventId"], line["externalConversationId"]) == (REQUEST_ID, "e-1", "c")
    return line


@pytest.mark.parametrize(
    "code", ["ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"]
)
def test_throttled_by_dynamodb_is_429(submit, answer_with, log, code):
    attempts = answer_with(CLIENT, refusal(code))
    assert submit(SUBMISSION).body["error"]["code"] == "429-01"
    assert len(attempts) == ATTEMPTS
    assert "exception" not in check_line(log, "Throttled", "WARNING")


NOT_DYNAMODB = ["<html>Sign in</html>", "", "{}", '{"ConsumedCapacity": {}}', '{"Item": {"lobId": {"S": "l"}}}']
NOT_DYNAMODB += ['{"ConsumedCapacity": {"CapacityUnits": "1"}}', refusal("InternalServerError")[1]]


@pytest.mark.parametrize(
    "failure",
    [
        refusal("InternalServerError", status=500),
        refusal("SomethingNew", status=502),
        refusal("TransactionConflictException"),
        refusal("ReplicatedWriteConflictException"),
        refusal("ExpiredTokenException"),
        refusal("InvalidSignatureException"),
        (503, "<html>Service Unavailable</html>"),
        (500, ""),
        (403, "<html>Forbidden</html>"),
        # What does not say what it consumed.
        *((status, content) for content in NOT_DYNAMODB for status in (200, 204)),
        EndpointConnectionError(endpoint_url=ENDPOINT),
        ConnectTimeoutError(endpoint_url=ENDPOINT),
        ReadTimeoutError(endpoint_url=ENDPOINT),
        ConnectionClosedError(endpoint_url=ENDPOINT),
        ProxyConnectionError(proxy_url="http://proxy"),
        SSLError(endpoint_url=ENDPOINT, error="handshake"),
        HTTPClientError(error="anything else between here and there"),
    ],
)
def test_dynamodb_out_of_reach_is_503(submit, answer_with, log, failure):
    answer_with(CLIENT, failure)
    assert submit(SUBMISSION).body["error"]["code"] == "503-01"
    assert "exception" not in check_line(log, "Unavailable", "WARNING")


@pytest.mark.parametrize(
    "failure",
    [
        refusal("AccessDeniedException"),
        refusal("ResourceNotFoundException"),
        refusal("UnrecognizedClientException"),
        refusal("ValidationException"),
        refusal("SomethingNew"),
        NoCredentialsError(),
        RuntimeError(CANARY),
    ],
)
def test_a_defect_of_ours_is_500_and_nothing_leaks(submit, answer_with, log, failure):
    attempts = answer_with(CLIENT, failure)
    assert submit(SUBMISSION).body["error"]["code"] == "500-01"
    assert len(attempts) == 1
    assert "Traceback" in check_line(log, "Failed", "ERROR")["exception"]


def test_a_conversation_that_outgrows_400_kb_is_full(submit, table, log):
    assert submit(SUBMISSION | {"companySegment": ["x" * 64] * 3_500}).status == 200
    full = submit(SUBMISSION | {"eventId": "e-2", "attributes": [{"b": ["x" * 1000] * 200}]})
    assert full.body["error"]["code"] == "413-02"
    assert [line["message"] for line in log()] == ["Stored", "Full"]
    assert "attribute:b" not in table.item("c")


@pytest.mark.parametrize("size", ["Item size", "Item size to update"])
def test_each_way_in_which_dynamodb_tells_of_an_item_too_large_means_full(submit, answer_with, size):
    answer_with(CLIENT, refusal("ValidationException", f"{size} has exceeded the maximum allowed size"))
    assert submit(SUBMISSION).body["error"]["code"] == "413-02"


def lose_answers(on_request, number):
    """Let the connection break after each of the first writes, when DynamoDB has done its part."""
    lost = []

    def lose(**_):
        if len(lost) < number:
            lost.append(None)
            raise ReadTimeoutError(endpoint_url=ENDPOINT)

    on_request(CLIENT, lose)


def test_a_lost_answer_does_not_apply_the_submission_twice(submit, table, on_request, log):
    lose_answers(on_request, 1)
    assert submit(SUBMISSION).body["result"] == {"eventId": "e-1", "error": ""}
    check_line(log, "Duplicate", "INFO")
    assert len(table.item("c")["submissions"]) == 1


def test_a_submission_that_got_a_503_may_be_sent_again(submit, table, on_request, log):
    lose_answers(on_request, ATTEMPTS)
    assert submit(SUBMISSION).status == 503
    stored = table.item("c")
    assert submit(SUBMISSION).status == 200
    assert table.item("c") == stored
    assert [line["message"] for line in log()] == ["Unavailable", "Duplicate"]
