"""Sends a synthetic conversation through the new versions as API Gateway would, reads it back, and deletes it."""

import json
import os
from uuid import uuid4

from botocore.config import Config

from aws_client import CONFIG, create_client
from json_object import Json

TABLE_NAME = os.environ["TABLE_NAME"]
INGEST_VERSION = os.environ["INGEST_VERSION"]
MANY_VERSION = os.environ["MANY_VERSION"]
READ_VERSION = os.environ["READ_VERSION"]
AUTHORIZER_VERSION = os.environ["AUTHORIZER_VERSION"]

PREFIX = "smoke-test-"
"""Prefix of synthetic conversation ids, the only ones that SmokeTestRole may delete."""
CLIENT = "smoke-test"
"""Api id of the test's requests, which distinguishes them from real clients in logs and in `updatedBy`."""

ATTRIBUTES = [{"name": "checked", "value": True}]

_dynamodb = create_client("dynamodb")
# Allows for the cold start of a new version. All calls together end within SmokeTestFunction's timeout.
COLD_START_CONFIG = CONFIG.merge(Config(read_timeout=15, retries={"mode": "standard", "total_max_attempts": 2}))
_lambda = create_client("lambda", COLD_START_CONFIG)


class SmokeTestError(Exception):
    """A new version returned an unexpected response."""


def run_smoke_test() -> None:
    """Raise SmokeTestError if a new version's response is unexpected, or the error of a call that failed."""
    conversation = f"{PREFIX}{uuid4()}"
    try:
        _expect_unauthorized()
        _store(conversation)
        _read(conversation)
    finally:
        _dynamodb.delete_item(TableName=TABLE_NAME, Key={"externalConversationId": {"S": conversation}})


def _expect_unauthorized() -> None:
    # An authorizer that cannot read the clients' secrets fails with another error message.
    response = _invoke(AUTHORIZER_VERSION, {"headers": {"asapp-api-id": CLIENT, "asapp-api-secret": str(uuid4())}})
    if response.get("errorMessage") != "Unauthorized":
        raise SmokeTestError(f"Expected Unauthorized from the authorizer, got: {response.get('errorMessage')}")


def _store(conversation: str) -> None:
    single = {"externalConversationId": conversation, "eventId": "single", "platform": "WEB"}
    # Twice, like a client that retries after a timeout.
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
        raise SmokeTestError(f"Expected {expected}, got: {record}")


def _request(version: str, event: Json) -> Json:
    """Invoke the function of a route and return its response body. Raises SmokeTestError unless the status is 200."""
    context = {"requestId": str(uuid4()), "authorizer": {"principalId": CLIENT}}
    response = _invoke(version, event | {"requestContext": context})
    if response.get("statusCode") != 200:  # noqa: PLR2004 -- HTTP 200 OK
        raise SmokeTestError(f"{version} returned: {response}")
    body: Json = json.loads(response["body"])
    return body


def _invoke(version: str, event: Json) -> Json:
    response: Json = json.load(_lambda.invoke(FunctionName=version, Payload=json.dumps(event))["Payload"])
    return response
