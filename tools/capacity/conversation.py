"""Runs the service's own code on the workload's conversation, against moto's DynamoDB, and measures what it writes."""

import json
import re
from io import StringIO
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import patch

import boto3
from moto import mock_aws
from moto.dynamodb.models.dynamo_type import DynamoType

from tools.template import resources

_CONVERSATION = "CC-2026-10-29-0048213"
# Bytes of a value in a line of the access log, on average; ids are longer, latencies shorter.
_ACCESS_VALUE = 12
_REQUEST_ID = "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"


class Conversation(NamedTuple):
    """Bytes: of the item after each of a conversation's submissions, of what each adds to it whatever its content, of a
    log line, of a line of the access log, and of a response's body.
    """

    item: list[int]
    token: int
    log_line: float
    access_line: int
    response: int


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
