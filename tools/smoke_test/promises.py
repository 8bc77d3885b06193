"""What the documents promise to a caller, each promise with its check."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import uuid4

from tools.contract import CANARY, checked, require
from tools.local.api import MANY, READ, SINGLE
from tools.smoke_test.api import Api

MAX_BYTES = 256 * 1024


class Answer(NamedTuple):
    """A response. The body is text as the service sent it."""

    status: int
    headers: Mapping[str, str]
    text: str


Send = Callable[[str, str, bytes | None, Mapping[str, str]], Answer]
"""Sends a method, a path, a body, and headers."""


@dataclass(frozen=True)
class Caller:
    """A client that sends submissions to one conversation."""

    send: Send
    api: Api
    conversation: str

    def submission(self, event_id: str, **fields: object) -> dict[str, object]:
        """Return a submission to the conversation."""
        return {"externalConversationId": self.conversation, "eventId": event_id, **fields}

    def expect(
        self, status: int, method: str, path: str, body: object = None, credentials: Mapping[str, str] | None = None
    ) -> Any:
        """Send a request, with the client's own credentials by default. Return the JSON of the response."""
        content = None if body is None else json.dumps(body).encode()
        headers = self.api.credentials if credentials is None else credentials
        answer = self.send(method, path, content, {"Content-Type": "application/json", **headers})
        require(answer.status == status, f"expected {status}, got {answer.status}: {answer.text[:300]}")
        return checked(*answer)

    def expect_error(self, code: str, *request: Any) -> None:
        """Send a request that must get this error."""
        error = self.expect(int(code[:3]), *request).get("error")
        require(error and error["code"] == code, f"expected {code}, got {error}")


def _store(caller: Caller) -> None:
    expected = {"result": {"eventId": "smoke-test-1", "error": "", "ignoredFields": ["unknown"]}}
    body = caller.expect(200, "POST", SINGLE, caller.submission("smoke-test-1", platform="WEB", unknown=CANARY))
    require(body == expected, f"expected {expected}, got {body}")


def _store_batch(caller: Caller) -> None:
    valid = caller.submission("smoke-test-2", attributes=[{"checked": True}])
    invalid = caller.submission("smoke-test-3", deviceType=CANARY)
    results = caller.expect(200, "POST", MANY, {"items": [valid, invalid]}).get("results", [])
    require([result["eventId"] for result in results] == ["smoke-test-2", "smoke-test-3"], f"got {results}")
    require(results[0]["error"] == "", f"the first submission is valid: {results}")
    require("deviceType" in results[1]["error"], f"the second submission has a wrong deviceType: {results}")


def _read(caller: Caller) -> None:
    expected = {
        "externalConversationId": caller.conversation,
        "platform": "WEB",
        "attributes": [{"name": "checked", "value": True}],
        "updatedBy": caller.api.api_id,
        "events": ["smoke-test-1", "smoke-test-2"],
    }
    record = caller.expect(200, "GET", f"{READ}?externalConversationId={caller.conversation}")
    require(expected.items() <= record.items(), f"expected {expected}, got {record}")


def _refuse(caller: Caller) -> None:
    invalid = caller.submission("smoke-test-3", deviceType=CANARY)
    result = caller.expect(400, "POST", SINGLE, invalid).get("result", {})
    require(result.get("eventId") == "smoke-test-3", f"expected the eventId that was sent, got {result}")
    require("deviceType" in result["error"], f"the error must name deviceType: {result}")


def _reject_credentials(caller: Caller) -> None:
    own = caller.api.credentials
    for credentials in ({}, own | {"asapp-api-secret": "wrong"}, own | {"asapp-api-id": str(uuid4())}):
        caller.expect_error("401-01", "POST", SINGLE, caller.submission("smoke-test-4"), credentials)


def _find_nothing(caller: Caller) -> None:
    caller.expect_error("404-01", "POST", f"{SINGLE}-unknown", caller.submission("smoke-test-4"))
    caller.expect_error("404-01", "PUT", SINGLE, caller.submission("smoke-test-4"))
    caller.expect_error("404-01", "GET", f"{READ}?externalConversationId={uuid4()}")


def _reject_size(caller: Caller) -> None:
    caller.expect_error("413-01", "POST", SINGLE, caller.submission("smoke-test-4", unknown="x" * MAX_BYTES))


PROMISES: dict[str, Callable[[Caller], None]] = {
    "200: a submission is stored": _store,
    "200: the same submission gets the same answer again": _store,
    "200: a batch stores its valid submissions": _store_batch,
    "200: the conversation has each submission once": _read,
    "400: an invalid submission is refused, and its field named": _refuse,
    "401: wrong and missing credentials are refused": _reject_credentials,
    "404: an unknown path, method, or conversation is not found": _find_nothing,
    "413: a body over 256 KiB is too large": _reject_size,
}
"""The checks by their promises, in the order in which they must run. A check raises ContractError."""
