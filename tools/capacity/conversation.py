"""Runs the service's own code on the workload's conversation, against moto's DynamoDB, and measures what it writes."""

import json
import math
import re
from dataclasses import dataclass
from io import StringIO
from statistics import mean
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws
from moto.dynamodb.models.dynamo_type import DynamoType

from tools.template import resources

_CONVERSATION = "CC-2026-10-29-0048213"
# Bytes of a value in a line of the access log, on average; ids are longer, latencies shorter.
_ACCESS_VALUE = 12
_REQUEST_ID = "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"


@dataclass(frozen=True)
class Conversation:
    """What a conversation's submissions cost, one after the other. All sizes are bytes."""

    item: list[int]
    """The item after each submission."""
    token: int
    """What each submission, whatever its content, adds to the item for good."""
    log_line: float
    access_line: int
    response: int
    """A response's body."""

    def write_units(self) -> float:
        """Return a write's, on average: of the larger of before and after, and an item here only grows.

        Sent again, it costs as many, because DynamoDB charges a condition that fails like a write.
        """
        return mean(math.ceil(size / 1024) for size in self.item)


@mock_aws
def measure(submissions: list[dict[str, Any]]) -> Conversation:
    """Send the submissions, then an empty one."""
    # Only now: the functions read their environment when they are imported.
    import telemetry  # noqa: PLC0415
    from ingest import handler  # noqa: PLC0415

    def send(number: int, fields: dict[str, Any]) -> str:
        event_id = f"7c1e3d52-4b7f-4d3a-9a53-{number:012}"
        body = json.dumps({"externalConversationId": _CONVERSATION, "eventId": event_id} | fields)
        authorizer = {"principalId": "contact-centre"}
        request = {"requestId": _REQUEST_ID, "extendedRequestId": "HkW2yGhWoAMEbZw=", "authorizer": authorizer}
        context: Any = SimpleNamespace(aws_request_id=_REQUEST_ID)
        return str(handler.handle({"body": body, "requestContext": request}, context)["body"])

    dynamodb = boto3.client("dynamodb")
    [table] = resources("AWS::DynamoDB::Table")
    made_of = {name: table[name] for name in ("KeySchema", "AttributeDefinitions", "BillingMode")}
    dynamodb.create_table(TableName="conversations", **made_of)
    sizes = []
    with patch.object(telemetry.logger.registered_handler, "stream", StringIO()) as log:
        for number, fields in enumerate([*submissions, {}]):
            response = send(number, fields)
            key = {"externalConversationId": {"S": _CONVERSATION}}
            item = dynamodb.get_item(TableName="conversations", Key=key)["Item"]
            # moto counts within a few bytes of the developer guide: a number takes half of it, a list or a map 3 more.
            sizes.append(DynamoType({"M": item}).size())
    *item_sizes, last = sizes
    [api] = resources("AWS::Serverless::Api")
    access_line = re.sub(r"\$context\.[\w.]*\w", "x" * _ACCESS_VALUE, api["AccessLogSetting"]["Format"])
    log_line = len(log.getvalue().encode()) / len(sizes)
    return Conversation(item_sizes, last - item_sizes[-1], log_line, len(access_line), len(response))
