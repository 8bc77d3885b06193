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

from tools.capacity.model import BATCH, MEASURED, WORKLOAD
from tools.template import ROOT, resources

# As Lambda sets it for a function with production's parameters.
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "ingest",
    "POWERTOOLS_METRICS_NAMESPACE": "ConversationMetadata/conversation-metadata",
    "TABLE_NAME": "conversations",
    "RETENTION_DAYS": "365",
    "TRACING": "false",
    "_X_AMZN_TRACE_ID": "Root=1-6920f3a1-1a2b3c4d5e6f708192a3b4c5;Parent=1a2b3c4d5e6f7081;Sampled=0",
}
# Bytes of a value in a line of the access log, on average; ids are longer, latencies shorter.
_ACCESS_VALUE = 12


@mock_aws
def measure(submissions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the bytes of what a conversation's submissions write, alone and per entry of a batch."""
    # Only now: the functions read their environment when they are imported.
    import telemetry  # noqa: PLC0415
    from ingest import many, single  # noqa: PLC0415

    dynamodb = boto3.client("dynamodb")
    table, *_ = resources("AWS::DynamoDB::Table")
    properties = {name: table[name] for name in ("KeySchema", "AttributeDefinitions", "BillingMode")}
    dynamodb.create_table(TableName="conversations", **properties)
    event = json.loads((ROOT / "events/stored-minimal.json").read_text())

    def send(function: Any, body: dict[str, Any]) -> tuple[int, int]:
        """Return the bytes of the log and of the response."""
        context = SimpleNamespace(aws_request_id=str(uuid4()))
        with redirect_stdout(StringIO()) as log, patch.object(telemetry.logger.registered_handler, "stream", log):
            response = function.handle(event | {"body": json.dumps(body)}, context)
        return len(log.getvalue()), len(response["body"])

    items = []
    # The last one has no fields: it adds its token and nothing else.
    for fields in [*submissions, {}]:
        line, response = send(single, _submission(0) | fields)
        key = {"externalConversationId": {"S": _submission(0)["externalConversationId"]}}
        item = dynamodb.get_item(TableName="conversations", Key=key)["Item"]
        # moto counts within a few bytes of the developer guide: a number takes half of it, a list or a map 3 more.
        items.append(DynamoType({"M": item}).size())
    entries = [_submission(1 + number) | submissions[number % len(submissions)] for number in range(BATCH)]
    batch_line, batch_response = (size / BATCH for size in send(many, {"items": entries}))
    [api] = resources("AWS::Serverless::Api")
    access_line = len(re.sub(r"\$context\.[\w.]*\w", "x" * _ACCESS_VALUE, api["AccessLogSetting"]["Format"]))
    alone, batched = {"line": line, "response": response}, {"line": batch_line, "response": batch_response}
    return {
        "items": items[:-1],
        "token": items[-1] - items[-2],
        "access_line": access_line,
        "alone": alone,
        "batched": batched,
    }


def _submission(number: int) -> dict[str, Any]:
    return {"externalConversationId": f"CC-2026-10-29-{number:07}", "eventId": str(uuid4())}


if __name__ == "__main__":
    os.environ |= ENVIRONMENT
    file = Path(sys.argv[1]) if sys.argv[1:] else MEASURED
    file.write_text(json.dumps(measure(WORKLOAD["conversation"])) + "\n")
