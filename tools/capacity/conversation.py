"""Runs the service's own code on the workload's conversation, against moto's DynamoDB, and measures what it writes."""

import json
import re
from io import StringIO
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import patch
from uuid import uuid4

import boto3
from moto import mock_aws
from moto.dynamodb.models.dynamo_type import DynamoType

from tools.template import ROOT, resources

_CONVERSATION = "CC-2026-10-29-0048213"
# Bytes of a value in a line of the access log, on average; ids are longer, latencies shorter.
_ACCESS_VALUE = 12


class Conversation(NamedTuple):
    """The bytes of what a conversation's submissions make."""

    item: list[int]
    """After each submission."""
    token: int
    """What each submission, whatever its content, adds to the item for good."""
    log_line: float
    access_line: int
    response: int


@mock_aws
def measure(submissions: list[dict[str, Any]]) -> Conversation:
    """Send the submissions, then an empty one."""
    # Only now: the functions read their environment when they are imported.
    import telemetry  # noqa: PLC0415
    from ingest import single  # noqa: PLC0415

    dynamodb = boto3.client("dynamodb")
    [table] = resources("AWS::DynamoDB::Table")
    made_of = {name: table[name] for name in ("KeySchema", "AttributeDefinitions", "BillingMode")}
    dynamodb.create_table(TableName="conversations", **made_of)
    event = json.loads((ROOT / "events/stored-minimal.json").read_text())
    context: Any = SimpleNamespace(aws_request_id=str(uuid4()))
    sizes = []
    with patch.object(telemetry.logger.registered_handler, "stream", StringIO()) as log:
        for fields in [*submissions, {}]:
            body = {"externalConversationId": _CONVERSATION, "eventId": str(uuid4())} | fields
            response = single.handle(event | {"body": json.dumps(body)}, context)["body"]
            key = {"externalConversationId": {"S": _CONVERSATION}}
            item = dynamodb.get_item(TableName="conversations", Key=key)["Item"]
            # moto counts within a few bytes of the developer guide: a number takes half of it, a list or a map 3 more.
            sizes.append(DynamoType({"M": item}).size())
    *item_sizes, last = sizes
    [api] = resources("AWS::Serverless::Api")
    access_line = re.sub(r"\$context\.[\w.]*\w", "x" * _ACCESS_VALUE, api["AccessLogSetting"]["Format"])
    log_line = len(log.getvalue().encode()) / len(sizes)
    return Conversation(item_sizes, last - item_sizes[-1], log_line, len(access_line), len(response))
