"""Runs the service's code against moto's DynamoDB and measures what it writes: `python -m tools.capacity [FILE]`."""

import json
import os
import re
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import boto3
from moto import mock_aws
from moto.dynamodb.models.dynamo_type import DynamoType

from tools.bench.measure import ENVIRONMENT
from tools.capacity.assumptions import CONVERSATION
from tools.capacity.model import BATCH, MEASURED
from tools.template import ROOT, resources


@mock_aws
def measure() -> dict[str, Any]:
    """Return the bytes that a conversation's submissions write, alone and per entry of a batch."""
    # Only now: the functions read their environment when they are imported.
    import telemetry  # noqa: PLC0415
    from ingest import many, single  # noqa: PLC0415

    dynamodb = boto3.client("dynamodb")
    table, *_ = resources("AWS::DynamoDB::Table")
    properties = {name: table[name] for name in ("KeySchema", "AttributeDefinitions", "BillingMode")}
    dynamodb.create_table(TableName="conversations", **properties)
    event = json.loads((ROOT / "events/stored-minimal.json").read_text())

    def send(function: Any, body: dict[str, Any], entries: int = 1) -> dict[str, float]:
        context = SimpleNamespace(aws_request_id=str(uuid4()))
        with redirect_stdout(StringIO()) as log, patch.object(telemetry.logger.registered_handler, "stream", log):
            response = function.handle(event | {"body": json.dumps(body)}, context)
        return {"line": len(log.getvalue()) / entries, "response": len(response["body"]) / entries}

    items = []
    # The last one has no fields: it adds its token and nothing else.
    for fields in [*CONVERSATION, {}]:
        alone = send(single, _submission(0) | fields)
        [item] = dynamodb.scan(TableName="conversations")["Items"]
        # moto counts within a few bytes of the developer guide: a number takes half of it, a list or a map 3 more.
        items.append(DynamoType({"M": item}).size())
    entries = [_submission(1 + number) | CONVERSATION[number % len(CONVERSATION)] for number in range(BATCH)]
    [api] = resources("AWS::Serverless::Api")
    return {
        "items": items[:-1],
        "token": items[-1] - items[-2],
        # A value has 12 bytes on average: ids are longer, latencies shorter.
        "access_line": len(re.sub(r"\$context\.[\w.]*\w", "x" * 12, api["AccessLogSetting"]["Format"])),
        "alone": alone,
        "batched": send(many, {"items": entries}, BATCH),
    }


def _submission(number: int) -> dict[str, Any]:
    return {"externalConversationId": f"CC-2026-10-29-{number:07}", "eventId": str(uuid4())}


if __name__ == "__main__":
    os.environ |= ENVIRONMENT | {"RETENTION_DAYS": "365"}  # as in production
    file = Path(sys.argv[1]) if sys.argv[1:] else MEASURED
    file.write_text(json.dumps(measure()) + "\n")
