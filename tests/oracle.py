"""What the contract says of every answer, whoever gives it and whatever was sent. All suites ask here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import uuid4

CANARY = "canary-7f3a"
"""Planted in every value that must not be told, and looked for in what is."""

ERRORS = {
    "401-01": (401, "Unauthorized"),
    "403-01": (403, "Forbidden"),
    "404-01": (404, "Not Found"),
    "413-01": (413, "Request Entity Too Large"),
    "413-02": (413, "Conversation Full"),
    "429-01": (429, "Too Many Requests"),
    "500-01": (500, "Internal server error"),
    "503-01": (503, "Service Unavailable"),
}
MAY_BE_SENT_AGAIN = {429, 500, 503}
WITH_RETRY_AFTER = {429, 503}


def assert_untold(text: str, where: str) -> None:
    found = text.find(CANARY)
    assert found < 0, f"{where} tells a planted value: {text[max(0, found - 300) : found + 100]}"


def checked(status: int, headers: Mapping[str, str], text: str) -> Any:
    """Return the JSON of an answer of any route, after checking that the contract knows it."""
    assert text.encode(), "Lambda sends it as UTF-8"
    assert "Traceback" not in text
    assert headers["Content-Type"] == "application/json"
    assert headers["Cache-Control"] == "no-store"
    assert ("Retry-After" in headers) == (status in WITH_RETRY_AFTER)
    body = json.loads(text)
    match body:
        case {"error": {"requestId": str() as request_id, "code": code}}:
            assert request_id
            assert body == {"error": {"requestId": request_id, "code": code, "message": ERRORS[code][1]}}
            assert status == ERRORS[code][0]
        case {"result": result}:
            assert body.keys() == {"result"}
            assert status == _status_of(result)
        case {"results": results, "errorCount": count}:
            assert body.keys() - {"ignoredFields"} == {"results", "errorCount"}
            statuses = [_status_of(result) for result in results]
            assert count == statuses.count(400)
            assert status == min(statuses)
        case _:
            assert body.keys() >= {"externalConversationId", "eventId", "createdAt", "updatedAt", "updatedBy", "events"}
            assert status == 200
    if status != 200:
        assert_untold(text, f"The body of a {status}")
    return body


def assert_error(answer: Any, code: str) -> str:
    """Check an answer over HTTP to be this error; return the request's id."""
    error = checked(answer.status, answer.headers, answer.data.decode())["error"]
    assert error["code"] == code
    request_id: str = error["requestId"]
    return request_id


def _status_of(result: dict[str, Any]) -> int:
    """Return the status that a result stands for."""
    assert result.keys() - {"ignoredFields"} == {"eventId", "error"}
    assert isinstance(result["eventId"], str)
    assert 1 <= len(result["eventId"]) <= 256
    assert_untold(result["error"], "A result's error")
    assert result["error"] == "" or result["error"].startswith("FAIL_")
    ignored = result.get("ignoredFields", ["something"])
    assert ignored
    assert ignored == sorted(ignored)
    return 400 if result["error"] else 200


@dataclass(frozen=True)
class Context:
    """What the handlers use of Lambda's context."""

    aws_request_id: str = "lambda-request"


def event(submission: object) -> dict[str, Any]:
    """Return the event that API Gateway makes of a submission."""
    return raw_event(json.dumps(submission))


def raw_event(body: str) -> dict[str, Any]:
    """Return the event that API Gateway makes of a body."""
    return {
        "headers": {"Content-Type": "application/json"},
        "requestContext": {"requestId": str(uuid4()), "authorizer": {"principalId": "client"}},
        "body": body,
        "isBase64Encoded": False,
    }


class Answer(NamedTuple):
    """A response as its receiver sees it."""

    status: int
    body: Any


def checked_response(response: dict[str, Any]) -> Answer:
    """Return the answer in a proxy response, after checking that the contract knows it."""
    status = response["statusCode"]
    return Answer(status, checked(status, response["headers"], response["body"]))
