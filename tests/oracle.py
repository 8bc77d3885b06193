"""Requests and responses as the test suites see them. The rules for every response are in tools/contract.py."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import uuid4

from tools.contract import checked


def assert_error(answer: Any, code: str) -> str:
    """Check an answer over HTTP to be this error; return the request's id."""
    error = checked(answer.status, answer.headers, answer.data.decode())["error"]
    assert error["code"] == code
    request_id: str = error["requestId"]
    return request_id


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
