"""Runs the service's own code on the workload's conversation, against moto's DynamoDB, and measures what it writes."""

import json
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import patch
from uuid import uuid4

import boto3
from moto import mock_aws
from moto.dynamodb.models.dynamo_type import DynamoType

from tools.template import ROOT, resources

# Bytes of a value in a line of the access log, on average; ids are longer, latencies shorter.
_ACCESS_VALUE = 12
BATCH = 100


Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


class Sizes(NamedTuple):
    """The bytes of what the service writes."""

    item: list[int]
    """After each of a conversation's submissions."""
    token: int
    """What each submission, whatever its content, adds to the item for good."""
    log_line: int
    response: int
    batch_log_line: float
    """Per entry of a batch, like the response."""
    batch_response: float
    access_line: int


@mock_aws
def measure(submissions: list[dict[str, Any]]) -> Sizes:
    """Send the submissions, then one without fields, then a batch of them."""
    # Only now: the functions read their environment when they are imported.
    import telemetry  # noqa: PLC0415
    from ingest import many, single  # noqa: PLC0415

    dynamodb = boto3.client("dynamodb")
    table, *_ = resources("AWS::DynamoDB::Table")
    properties = {name: table[name] for name in ("KeySchema", "AttributeDefinitions", "BillingMode")}
    dynamodb.create_table(TableName="conversations", **properties)
    event = json.loads((ROOT / "events/stored-minimal.json").read_text())
    context: Any = SimpleNamespace(aws_request_id=str(uuid4()))

    def send(handle: Handler, body: dict[str, Any]) -> tuple[int, int]:
        """Return the bytes of the log and of the response."""
        with redirect_stdout(StringIO()) as log, patch.object(telemetry.logger.registered_handler, "stream", log):
            response = handle(event | {"body": json.dumps(body)}, context)["body"]
        return len(log.getvalue().encode()), len(response.encode())

    items, sent = [], []
    for fields in [*submissions, {}]:
        sent.append(send(single.handle, _submission(0) | fields))
        key = {"externalConversationId": {"S": _submission(0)["externalConversationId"]}}
        item = dynamodb.get_item(TableName="conversations", Key=key)["Item"]
        # moto counts within a few bytes of the developer guide: a number takes half of it, a list or a map 3 more.
        items.append(DynamoType({"M": item}).size())
    entries = [_submission(1 + number) | submissions[number % len(submissions)] for number in range(BATCH)]
    batch_log, batch_response = send(many.handle, {"items": entries})
    (*_, log_line), (*_, response) = zip(*sent, strict=True)
    [api] = resources("AWS::Serverless::Api")
    access_line = re.sub(r"\$context\.[\w.]*\w", "x" * _ACCESS_VALUE, api["AccessLogSetting"]["Format"])
    return Sizes(
        items[:-1],
        items[-1] - items[-2],
        log_line,
        response,
        batch_log / BATCH,
        batch_response / BATCH,
        len(access_line),
    )


def _submission(number: int) -> dict[str, Any]:
    return {"externalConversationId": f"CC-2026-10-29-{number:07}", "eventId": str(uuid4())}
