"""Runs the service's own code on one conversation, against moto's DynamoDB, and measures what it writes."""

import json
import math
import os
import re
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws

from tools.capacity.assumption import WORKLOAD
from tools.capacity.measurement import Measurement, value_bytes

ROOT = Path(__file__).parents[2]

# The functions read theirs when they are imported. It decides some of the sizes, so it is always the same.
os.environ |= {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "ingest",
    "POWERTOOLS_METRICS_NAMESPACE": "ConversationMetadata/conversation-metadata",
    "TABLE_NAME": "conversations",
    "RETENTION_DAYS": str(WORKLOAD["mix"]["retention_days"]),
}
sys.path.append(str(ROOT / "functions"))

from ingest import handler, store  # noqa: E402 -- after their environment

_CONVERSATION = "CC-2026-10-29-0048213"

# Any: the handler reads nothing of Lambda's context but this.
_CONTEXT: Any = SimpleNamespace(aws_request_id="3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52")

# What API Gateway puts for the variables of its access log, about.
_ACCESS = {
    "requestId": "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52",
    "requestTime": "29/Oct/2026:09:58:13 +0000",
    "httpMethod": "POST",
    "path": "/live/metadata-ingestion/v1/single-convo-metadata",
    "status": "200",
    "responseLatency": "21",
    "integrationLatency": "14",
    "authorizer.latency": "0",
    "authorizer.principalId": "contact-centre",
    "identity.sourceIp": "203.0.113.24",
    "identity.userAgent": "contact-centre/4.2",
}


def measure() -> Measurement:
    """Send the conversation's submissions, each twice, then a refused one and an empty one."""
    with mock_aws(), redirect_stdout(StringIO()) as log:
        _make_table()
        sizes, units, writes, duplicates = [], [], [], []
        for number, fields in enumerate(WORKLOAD["conversation"]):
            submission = {"externalConversationId": _CONVERSATION, "eventId": _event_id(number)} | fields
            cost, body = _send(submission)
            sizes.append(_item_bytes())
            units.append(sum(cost))
            writes.append(len(cost))
            duplicates.append(sum(_send(submission)[0]))
        _send({"externalConversationId": _CONVERSATION, "eventId": _event_id(98), "platform": "web"})
        stored, *_, refused = (len(line.encode()) for line in log.getvalue().splitlines())
        _send({"externalConversationId": _CONVERSATION, "eventId": _event_id(99)})
        token_bytes = _item_bytes() - sizes[-1]
    return Measurement(sizes, units, writes, duplicates, token_bytes, stored, refused, _access_line(), len(body))


def _send(submission: dict[str, Any]) -> tuple[list[int], str]:
    """Return the write units of each call of DynamoDB, and the response's body."""
    units: list[int] = []
    update = store._dynamodb.update_item

    def count(**request: Any) -> Any:
        before = _item_bytes()
        try:
            return update(**request)
        finally:
            # DynamoDB charges for the larger of before and after, and for the item that is there if a condition fails.
            units.append(max(1, math.ceil(max(before, _item_bytes()) / 1024)))

    event = {
        "body": json.dumps(submission),
        "requestContext": {"requestId": _event_id(0), "authorizer": {"principalId": "contact-centre"}},
    }
    with patch.object(store._dynamodb, "update_item", count):
        response = handler.handle(event, _CONTEXT)
    return units, response["body"]


def _item_bytes() -> int:
    key = {"externalConversationId": {"S": _CONVERSATION}}
    item: dict[str, Any] = dict(boto3.client("dynamodb").get_item(TableName=store.TABLE_NAME, Key=key).get("Item", {}))
    return sum(len(name.encode()) + value_bytes(value) for name, value in item.items())


def _event_id(number: int) -> str:
    return f"7c1e3d52-4b7f-4d3a-9a53-{number:012}"


def _access_line() -> int:
    """Return the bytes of an access log line, in the format of the template."""
    template = (ROOT / "template.yaml").read_text()
    [lines] = re.findall(r"\n +Format: >-\n((?: +[{\"].*\n)+)", template)
    text = " ".join(line.strip() for line in lines.splitlines())
    return len(re.sub(r"\$context\.([\w.]*\w)", lambda found: _ACCESS.get(found[1], "-"), text))


def _make_table() -> None:
    boto3.client("dynamodb").create_table(
        TableName=store.TABLE_NAME,
        KeySchema=[{"AttributeName": "externalConversationId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "externalConversationId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
