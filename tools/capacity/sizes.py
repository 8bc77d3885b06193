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

_CONVERSATION = "CC-2026-10-29-{:07}"
# Bytes of a value in a line of the access log, on average; ids are longer, latencies shorter.
_ACCESS_VALUE = 12
_BATCH = 100


class Sizes(NamedTuple):
    """Bytes that a conversation's submissions make."""

    item: list[int]
    """After each submission."""
    token: int
    """What each submission, whatever its content, adds to the item for good."""
    log_line: float
    response: float
    batch_log_line: float
    """Per entry of a batch of 100, like the response."""
    batch_response: float
    access_line: int
    """Per request."""


@mock_aws
def measure(submissions: list[dict[str, Any]]) -> Sizes:
    """Send the submissions, then one without fields, then a batch."""
    # Only now: the functions read their environment when they are imported.
    import telemetry  # noqa: PLC0415
    from ingest import many, single  # noqa: PLC0415

    dynamodb = boto3.client("dynamodb")
    table, *_ = resources("AWS::DynamoDB::Table")
    properties = {name: table[name] for name in ("KeySchema", "AttributeDefinitions", "BillingMode")}
    dynamodb.create_table(TableName="conversations", **properties)
    event = json.loads((ROOT / "events/stored-minimal.json").read_text())
    context: Any = SimpleNamespace(aws_request_id=str(uuid4()))
    key = {"externalConversationId": {"S": _CONVERSATION.format(0)}}
    sizes, log_lines, responses = [], [], []
    for fields in [*submissions, {}]:
        with patch.object(telemetry.logger.registered_handler, "stream", StringIO()) as log:
            body = {"externalConversationId": _CONVERSATION.format(0), "eventId": str(uuid4())} | fields
            responses.append(single.handle(event | {"body": json.dumps(body)}, context)["body"])
        log_lines.append(log.getvalue())
        item = dynamodb.get_item(TableName="conversations", Key=key)["Item"]
        # moto counts within a few bytes of the developer guide: a number takes half of it, a list or a map 3 more.
        sizes.append(DynamoType({"M": item}).size())
    entries = [
        {"externalConversationId": _CONVERSATION.format(1 + number), "eventId": str(uuid4())}
        | submissions[number % len(submissions)]
        for number in range(_BATCH)
    ]
    with patch.object(telemetry.logger.registered_handler, "stream", StringIO()) as log:
        batch_response = many.handle(event | {"body": json.dumps({"items": entries})}, context)["body"]
    *item_sizes, last = sizes
    [api] = resources("AWS::Serverless::Api")
    access_line = re.sub(r"\$context\.[\w.]*\w", "x" * _ACCESS_VALUE, api["AccessLogSetting"]["Format"])
    return Sizes(
        item=item_sizes,
        token=last - item_sizes[-1],
        log_line=_bytes(log_lines[:-1]),
        response=_bytes(responses[:-1]),
        batch_log_line=len(log.getvalue().encode()) / _BATCH,
        batch_response=len(batch_response.encode()) / _BATCH,
        access_line=len(access_line),
    )


def _bytes(texts: list[str]) -> float:
    """Return the mean length."""
    return round(sum(len(text.encode()) for text in texts) / len(texts), 1)
