"""A synthetic conversation, sent through the new versions as API Gateway would send it, read back, and deleted."""

import json
import os
from typing import Any
from uuid import uuid4

from botocore.config import Config

from aws_client import CONFIG, create_client

TABLE_NAME = os.environ["TABLE_NAME"]
INGEST_VERSION = os.environ["INGEST_VERSION"]
MANY_VERSION = os.environ["MANY_VERSION"]
READ_VERSION = os.environ["READ_VERSION"]
AUTHORIZER_VERSION = os.environ["AUTHORIZER_VERSION"]

PREFIX = "smoke-test-"
"""How the ids of synthetic conversations begin. SmokeTestRole may delete no others."""
CLIENT = "smoke-test"
"""The api id that the requests claim, so that log lines and `updatedBy` tell them from a client's."""

ATTRIBUTES = [{"name": "checked", "value": True}]

Json = dict[str, Any]

_dynamodb = create_client("dynamodb")
# Time for the cold start of a new version. All the calls together end within SmokeTestFunction's timeout.
PATIENT = CONFIG.merge(Config(read_timeout=15, retries={"mode": "standard", "total_max_attempts": 2}))
_lambda = create_client("lambda", PATIENT)


class SmokeTestError(Exception):
    """A new version did not answer as it must."""


def run_smoke_test() -> None:
    """Raise SmokeTestError, or what kept a version from answering, unless all the new versions work."""
    conversation = f"{PREFIX}{uuid4()}"
    try:
        _expect_unauthorized()
        _store(conversation)
        _read(conversation)
    finally:
        _dynamodb.delete_item(TableName=TABLE_NAME, Key={"externalConversationId": {"S": conversation}})


def _expect_unauthorized() -> None:
    # Only an authorizer that could read the clients' secrets says Unauthorized; any other error says something else.
    answer = _invoke(AUTHORIZER_VERSION, {"headers": {"asapp-api-id": CLIENT, "asapp-api-secret": str(uuid4())}})
    if answer.get("errorMessage") != "Unauthorized":
        raise SmokeTestError(f"The authorizer should have said Unauthorized: {answer.get('errorMessage')}")


def _store(conversation: str) -> None:
    single = {"externalConversationId": conversation, "eventId": "single", "platform": "WEB"}
    # Again, as a client does that timed out.
    for _ in range(2):
        _request(INGEST_VERSION, {"body": json.dumps(single)})
    many = {"externalConversationId": conversation, "eventId": "many", "attributes": ATTRIBUTES}
    _request(MANY_VERSION, {"body": json.dumps({"items": [many]})})


def _read(conversation: str) -> None:
    record = _request(READ_VERSION, {"queryStringParameters": {"externalConversationId": conversation}})
    expected = {
        "externalConversationId": conversation,
        "platform": "WEB",
        "attributes": ATTRIBUTES,
        "updatedBy": CLIENT,
        "events": ["many", "single"],
    }
    if not expected.items() <= record.items():
        raise SmokeTestError(f"Read back: {record}, instead of {expected}")


def _request(version: str, event: Json) -> Json:
    """Return the body that a route's function answers, with a 200."""
    context = {"requestId": str(uuid4()), "authorizer": {"principalId": CLIENT}}
    answer = _invoke(version, event | {"requestContext": context})
    if answer.get("statusCode") != 200:  # noqa: PLR2004 -- HTTP's OK
        raise SmokeTestError(f"{version} answered: {answer}")
    body: Json = json.loads(answer["body"])
    return body


def _invoke(version: str, event: Json) -> Json:
    answer: Json = json.load(_lambda.invoke(FunctionName=version, Payload=json.dumps(event))["Payload"])
    return answer
