"""The contract's routes and rules for every response: for the test suites, and the smoke test of a deployed stack."""

import json
from collections.abc import Mapping
from typing import Any

SINGLE = "/metadata-ingestion/v1/single-convo-metadata"
MANY = "/metadata-ingestion/v1/many-convo-metadata"
READ = "/metadata-ingestion/v1/convo-metadata"

CANARY = "canary-7f3a"
"""Part of every value that must not leak. No error, log line, or secret-free file may contain it."""

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
_RECORD = {"externalConversationId", "eventId", "createdAt", "updatedAt", "updatedBy", "events"}


class ContractError(AssertionError):
    """A response breaks the contract. The message names the rule."""


def require(kept: object, rule: str) -> None:
    """Raise ContractError unless the rule is kept."""
    if not kept:
        raise ContractError(rule)


def assert_untold(text: str, where: str) -> None:
    """Raise ContractError if the text contains a planted value."""
    found = text.find(CANARY)
    require(found < 0, f"{where} repeats a value that was sent: {text[max(0, found - 300) : found + 100]}")


def checked(status: int, headers: Mapping[str, str], text: str) -> Any:
    """Return the JSON of a response of any route. Raise ContractError if the response breaks the contract."""
    for name, value in {"Content-Type": "application/json", "Cache-Control": "no-store"}.items():
        require(headers.get(name) == value, f"{name} must be {value}, not {headers.get(name)}")
    require(("Retry-After" in headers) == (status in WITH_RETRY_AFTER), f"Retry-After is wrong for a {status}")
    require("Traceback" not in text, "The body contains a traceback")
    try:
        # Lambda sends the body as UTF-8, which lone surrogates don't have.
        body = json.loads(text.encode())
    except ValueError as error:
        raise ContractError("The body is not JSON") from error
    require(_status_of(body) == status, f"The body is not that of a {status}: {text[:200]}")
    if status != 200:  # noqa: PLR2004 -- HTTP's OK
        assert_untold(text, f"The body of a {status}")
    return body


def _status_of(body: Any) -> int | None:
    """Return the status that the contract has for a body, or None if the contract has no such body."""
    match body:
        case {"error": {"requestId": str(request_id), "code": str(code)}} if request_id and code in ERRORS:
            status, message = ERRORS[code]
            return status if body == {"error": {"requestId": request_id, "code": code, "message": message}} else None
        case {"result": result}:
            return _result_status(result) if body.keys() == {"result"} else None
        case {"results": [_, *_] as results, "errorCount": count}:
            statuses = [_result_status(result) for result in results]
            require(body.keys() - {"ignoredFields"} == {"results", "errorCount"}, f"Unknown members: {body.keys()}")
            require(count == statuses.count(400), f"errorCount is {count}, not {statuses.count(400)}")
            return min(statuses)
        case dict():
            return 200 if body.keys() >= _RECORD else None
    return None


def _result_status(result: Any) -> int:
    """Return the status that the contract has for a result."""
    match result:
        case {"eventId": str(event_id), "error": str(error)}:
            ignored = result.get("ignoredFields", ["a field"])
        case _:
            raise ContractError(f"A result must have eventId and error: {result}")
    require(result.keys() <= {"eventId", "error", "ignoredFields"}, f"Unknown members of a result: {result.keys()}")
    require(1 <= len(event_id) <= 256, "eventId must have 1 to 256 characters")  # noqa: PLR2004 -- the contract's
    assert_untold(error, "A result's error")
    require(not error or error.startswith("FAIL_"), f"A result's error must begin with FAIL_: {error}")
    require(ignored and ignored == sorted(ignored), f"ignoredFields must be sorted and not empty: {ignored}")
    return 400 if error else 200
