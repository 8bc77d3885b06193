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

from aws_client import CONFIG
from ingest import store

CLIENT = store._dynamodb
ENDPOINT = "https://dynamodb.us-east-1.amazonaws.com/"
REQUEST_ID = "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"
ATTEMPTS = CONFIG.retries["total_max_attempts"]

PLAIN = {"externalConversationId": "c", "eventId": "e-1", "lobId": "l"}
WITH_ATTRIBUTES = PLAIN | {"attributes": [{"a": 1}]}


def refusal(code, message="what only we may know", status=400):
    return status, json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message})


def check(answer, status, code, message):
    assert answer.status == status
    assert answer.body == {"error": {"requestId": REQUEST_ID, "code": code, "message": message}}


def check_line(log, outcome, level):
    [line] = log()
    assert (line["message"], line["level"], line[outcome]) == (outcome, level, [1])
    assert (line["requestId"], line["eventId"], line["externalConversationId"]) == (REQUEST_ID, "e-1", "c")
    return line


@pytest.mark.parametrize(
    "code", ["ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"]
)
@pytest.mark.parametrize("submission", [PLAIN, WITH_ATTRIBUTES])
def test_throttled_by_dynamodb_is_429_with_retry_after(submit, answer_with, log, submission, code):
    attempts = answer_with(CLIENT, refusal(code))
    answer = submit(submission)
    check(answer, 429, "429-01", "Too Many Requests")
    assert int(answer.headers["Retry-After"]) >= 1
    assert len(attempts) == ATTEMPTS
    assert "exception" not in check_line(log, "Throttled", "WARNING")


@pytest.mark.parametrize(
    "failure",
    [
        refusal("InternalServerError", status=500),
        refusal("InternalServerErrorException", status=500),
        refusal("ServiceUnavailable", status=503),
        refusal("SomethingNew", status=502),
        refusal("TransactionConflictException"),
        refusal("ReplicatedWriteConflictException"),
        refusal("ExpiredTokenException"),
        refusal("InvalidSignatureException"),
        (503, "<html>Service Unavailable</html>"),
        (500, ""),
        EndpointConnectionError(endpoint_url=ENDPOINT),
        ConnectTimeoutError(endpoint_url=ENDPOINT),
        ReadTimeoutError(endpoint_url=ENDPOINT),
        ConnectionClosedError(endpoint_url=ENDPOINT),
        ProxyConnectionError(proxy_url="http://proxy"),
        SSLError(endpoint_url=ENDPOINT, error="handshake"),
        HTTPClientError(error="anything else between here and there"),
    ],
)
def test_dynamodb_out_of_reach_is_503_with_retry_after(submit, answer_with, log, failure):
    answer_with(CLIENT, failure)
    answer = submit(PLAIN)
    check(answer, 503, "503-01", "Service Unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
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
        RuntimeError("what only we may know"),
    ],
)
def test_a_defect_of_ours_is_500_and_nothing_leaks(submit, answer_with, log, failure):
    attempts = answer_with(CLIENT, failure)
    answer = submit(PLAIN)
    check(answer, 500, "500-01", "Internal server error")
    assert "Retry-After" not in answer.headers
    assert len(attempts) == 1
    assert "Traceback" in check_line(log, "Failed", "ERROR")["exception"]


def test_a_conversation_that_outgrows_400_kb_is_full(submit, table, log):
    assert submit(PLAIN | {"companySegment": ["x" * 64] * 3_500}).status == 200
    answer = submit(PLAIN | {"eventId": "e-2", "attributes": [{"a": ["x" * 1000] * 200}]})
    check(answer, 413, "413-02", "Conversation Full")
    assert "Retry-After" not in answer.headers
    assert [line["message"] for line in log()] == ["Stored", "Full"]
    assert "attribute:a" not in table.item("c")


@pytest.mark.parametrize(
    "message",
    [
        "Item size has exceeded the maximum allowed size",
        "Item size to update has exceeded the maximum allowed size",
    ],
)
def test_each_way_in_which_dynamodb_tells_of_an_item_too_large_means_full(submit, answer_with, message):
    answer_with(CLIENT, refusal("ValidationException", message))
    check(submit(PLAIN), 413, "413-02", "Conversation Full")


@pytest.mark.parametrize("submission", [PLAIN, WITH_ATTRIBUTES])
def test_a_lost_answer_does_not_apply_the_submission_twice(submit, table, on_request, log, submission):
    answers = []

    def lose_the_first(**_):
        answers.append(table.item("c"))
        if len(answers) == 1:
            raise ReadTimeoutError(endpoint_url=ENDPOINT)

    on_request(CLIENT, lose_the_first)
    assert submit(submission).body["result"] == {"eventId": "e-1", "error": ""}
    check_line(log, "Duplicate", "INFO")
    after_the_first, after_the_second = answers
    assert after_the_first == after_the_second == table.item("c")
    assert len(table.item("c")["submissions"]) == 1


def test_a_submission_that_got_a_503_may_be_sent_again(submit, table, on_request, log):
    answers = []

    def lose_all_of_the_first_request(**_):
        answers.append(None)
        if len(answers) <= ATTEMPTS:
            raise ReadTimeoutError(endpoint_url=ENDPOINT)

    on_request(CLIENT, lose_all_of_the_first_request)
    assert submit(WITH_ATTRIBUTES).status == 503
    stored = table.item("c")
    assert submit(WITH_ATTRIBUTES).status == 200
    assert table.item("c") == stored
    assert [line["message"] for line in log()] == ["Unavailable", "Duplicate"]


@pytest.mark.parametrize(
    "content",
    [
        "<html>Sign in</html>",
        "",
        "{}",
        '{"ConsumedCapacity": {}}',
        '{"ConsumedCapacity": {"CapacityUnits": "1"}}',
        '{"Item": {"lobId": {"S": "l"}}}',
        refusal("InternalServerError")[1],
    ],
)
@pytest.mark.parametrize("status", [200, 204])
def test_an_answer_that_does_not_say_what_it_consumed_is_503(submit, answer_with, log, status, content):
    answer_with(CLIENT, (status, content))
    answer = submit(WITH_ATTRIBUTES)
    check(answer, 503, "503-01", "Service Unavailable")
    assert "Retry-After" in answer.headers
    check_line(log, "Unavailable", "WARNING")
