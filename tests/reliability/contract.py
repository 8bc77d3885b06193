"""What the contract says of every answer, whatever was sent."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from .secrecy import assert_untold

ROUTE = "/metadata-ingestion/v1/single-convo-metadata"
ERRORS = {
    404: ("404-01", "Not Found"),
    413: ("413-01", "Request Entity Too Large"),
    429: ("429-01", "Too Many Requests"),
    500: ("500-01", "Internal server error"),
    503: ("503-01", "Service Unavailable"),
}
TO_BE_SENT_AGAIN = {429, 500, 503}


@dataclass(frozen=True)
class Context:
    """What the handlers use of Lambda's context."""

    aws_request_id: str = "lambda-request"


def event(submission: object) -> dict[str, Any]:
    return raw_event(json.dumps(submission))


def raw_event(body: str) -> dict[str, Any]:
    return {
        "httpMethod": "POST",
        "path": ROUTE,
        "headers": {"Content-Type": "application/json"},
        "requestContext": {"requestId": str(uuid4()), "authorizer": {"principalId": "client"}},
        "body": body,
        "isBase64Encoded": False,
    }


def checked(response: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Return status and body of a proxy response of any route, after checking that the contract knows them."""
    status, text = response["statusCode"], response["body"]
    assert text.encode(), "Lambda sends it as UTF-8"
    assert_untold(text, f"The body of a {status}")
    assert "Traceback" not in text
    assert response["headers"]["Content-Type"] == "application/json"
    assert response["headers"]["Cache-Control"] == "no-store"
    assert ("Retry-After" in response["headers"]) == (status in {429, 503})
    body = json.loads(text)
    match body:
        case {"error": {"requestId": str() as request_id}}:
            code, message = ERRORS[status]
            assert body == {"error": {"requestId": request_id, "code": code, "message": message}}
        case {"result": result}:
            assert body.keys() == {"result"}
            assert status == _check_result(result)
        case {"results": results, "errorCount": count}:
            assert body.keys() - {"ignoredFields"} == {"results", "errorCount"}
            statuses = [_check_result(result) for result in results]
            assert count == statuses.count(400)
            assert status == min(statuses)
        case _:
            assert body.keys() >= {"externalConversationId", "eventId", "createdAt", "updatedAt", "updatedBy", "events"}
            assert status == 200
    return status, body


def _check_result(result: dict[str, Any]) -> int:
    """Return the status that a result stands for."""
    assert result.keys() - {"ignoredFields"} == {"eventId", "error"}
    assert isinstance(result["eventId"], str)
    assert 1 <= len(result["eventId"]) <= 256
    assert result["error"] == "" or result["error"].startswith("FAIL_BAD_PARAMS: ERROR: ")
    ignored = result.get("ignoredFields", ["something"])
    assert ignored
    assert ignored == sorted(ignored)
    return 400 if result["error"] else 200
