"""The SDK's call alone: the service's client with its configuration, and the same update every time."""

# mypy: disable-error-code="import-not-found"
# What it imports is on the path only where it is measured.

import json
from functools import cache
from typing import Any

from app import update  # the floor's
from ingest.dynamodb import create_dynamodb_client

_dynamodb = create_dynamodb_client()


def handle(event: dict[str, Any], _: object) -> None:
    """Send the update."""
    _dynamodb.update_item(**_request(event["body"]))


@cache
def _request(body: str) -> dict[str, Any]:
    request: dict[str, Any] = update(json.loads(body))
    return request
