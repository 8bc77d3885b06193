"""Runs the service's own code on the workload's conversation, against moto's DynamoDB, and measures what it writes.

`measure` runs this module as a program, so that nothing of the caller's process takes part.
"""

import json
import math
import os
import re
import sys
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import boto3
from moto import mock_aws

from tools.capacity.assumption import WORKLOAD
from tools.command import run
from tools.template import resources

_CONVERSATION = "CC-2026-10-29-0048213"
# Bytes of a value in a line of the access log, on average; ids are longer, latencies shorter.
_ACCESS_VALUE = 12
_REQUEST_ID = "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"

_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "ingest",
    "POWERTOOLS_METRICS_NAMESPACE": "ConversationMetadata/conversation-metadata",
    "TABLE_NAME": "conversations",
    "RETENTION_DAYS": str(WORKLOAD["mix"]["retention_days"]),
}


@dataclass(frozen=True)
class Trial:
    """What the conversation's submissions cost, one after the other."""

    item_bytes: list[int]
    """Size of the item after each submission. Each is one write of it."""
    token_bytes: int
    """What each submission, whatever its content, adds to the item for good."""
    stored_line: int
    refused_line: int
    access_line: int
    """Bytes of the log lines."""
    response: int
    """Bytes of a response's body."""

    def write_units(self) -> list[int]:
        """Return each submission's: of the larger of before and after, and an item here only grows.

        Sent again, it costs as many, because DynamoDB charges a condition that fails like a write.
        """
        return [math.ceil(size / 1024) for size in self.item_bytes]


def measure() -> Trial:
    """Send the conversation's submissions, then a refused one and an empty one."""
    ended = run([sys.executable, "-m", __name__], env=os.environ | _ENVIRONMENT)
    ended.check_returncode()
    *lines, sizes = ended.stdout.splitlines()
    stored, *_, refused, _ = (len(line.encode()) for line in lines)
    [api] = resources("AWS::Serverless::Api")
    access = len(re.sub(r"\$context\.[\w.]*\w", "x" * _ACCESS_VALUE, api["AccessLogSetting"]["Format"]))
    return Trial(stored_line=stored, refused_line=refused, access_line=access, **json.loads(sizes))


def value_bytes(value: dict[str, Any]) -> int:
    """Return the size of a DynamoDB value, by the developer guide's page on item sizes."""
    kind, content = next(iter(value.items()))
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return (len(content.lstrip("-").replace(".", "").strip("0")) + 1) // 2 + 1
        case "SS":
            return sum(len(element.encode()) for element in content)
        case "L":
            return 3 + sum(1 + value_bytes(element) for element in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + value_bytes(member) for name, member in content.items())
        case _:
            return 1


@mock_aws
def send_all() -> dict[str, Any]:
    """Let the service log its lines on standard output; return the trial's other sizes."""
    [table] = resources("AWS::DynamoDB::Table")
    made_of = {name: table[name] for name in ("KeySchema", "AttributeDefinitions", "BillingMode")}
    boto3.client("dynamodb").create_table(TableName="conversations", **made_of)
    item_bytes = []
    for number, fields in enumerate(WORKLOAD["conversation"]):
        body = _send(number, fields)
        item_bytes.append(_item_bytes())
    _send(98, {"platform": "web"})
    _send(99, {})
    token_bytes = _item_bytes() - item_bytes[-1]
    return {"item_bytes": item_bytes, "token_bytes": token_bytes, "response": len(body)}


def _send(number: int, fields: dict[str, Any]) -> str:
    """Send a submission, and return the response's body."""
    from ingest import handler  # noqa: PLC0415 -- only the program has its environment

    event_id = f"7c1e3d52-4b7f-4d3a-9a53-{number:012}"
    body = json.dumps({"externalConversationId": _CONVERSATION, "eventId": event_id} | fields)
    context: Any = SimpleNamespace(aws_request_id=_REQUEST_ID)
    request = {
        "requestId": _REQUEST_ID,
        "extendedRequestId": "HkW2yGhWoAMEbZw=",
        "authorizer": {"principalId": "contact-centre"},
    }
    return str(handler.handle({"body": body, "requestContext": request}, context)["body"])


def _item_bytes() -> int:
    key = {"externalConversationId": {"S": _CONVERSATION}}
    item = boto3.client("dynamodb").get_item(TableName="conversations", Key=key)["Item"]
    return sum(len(name.encode()) + value_bytes(dict(value)) for name, value in item.items())


if __name__ == "__main__":
    print(json.dumps(send_all()))
