"""Stored conversations: erased on request, and copied back after a mistake."""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tools.operations.errors import OperationError
from tools.operations.target import Target

KEY = "externalConversationId"

_SECONDS_BETWEEN_REPORTS = 5


def erase(target: Target, conversation: str) -> None:
    """Delete a conversation from the table. What is not in the table, docs/operations.md tells how to erase."""
    answer = target.client("dynamodb").delete_item(
        TableName=target.table, Key={KEY: {"S": conversation}}, ReturnValues="ALL_OLD"
    )
    if "Attributes" not in answer:
        raise OperationError("There is no such conversation: nothing was erased.")
    print("Erased from the table. Its backups and exports, and the log, still know it: see docs/operations.md.")


def restore(target: Target, source: str, only: str | None, *, overwrite: bool) -> None:
    """Copy conversations from the source table to the stack's: those it lacks, or with `overwrite` all of them.

    It may be stopped and run again. What a sender writes while it runs is never overwritten.
    """
    dynamodb = target.client("dynamodb")
    if source == target.table:
        raise OperationError("That is the stack's own table: name the one that point-in-time recovery has made.")
    condition, values = f"attribute_not_exists({KEY})", {}
    if overwrite:
        # As the service itself writes times, so that they compare as texts.
        started = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        condition, values = f"{condition} OR updatedAt < :started", {":started": {"S": started}}
    copied = kept = 0
    report_at = time.monotonic() + _SECONDS_BETWEEN_REPORTS
    try:
        for item in _one(dynamodb, source, only) if only else _all(dynamodb, source):
            if _copy(dynamodb, target.table, item, condition, values):
                copied += 1
            else:
                kept += 1
            if time.monotonic() > report_at:
                print(f"{copied} copied, {kept} kept ...", file=sys.stderr)
                report_at += _SECONDS_BETWEEN_REPORTS
    except dynamodb.exceptions.ResourceNotFoundException as error:
        raise OperationError(f"There is no table {source} in this account and region.") from error
    print(f"{copied} copied, {kept} kept as they are.")


def _one(dynamodb: Any, table: str, conversation: str) -> Iterator[dict[str, Any]]:
    answer = dynamodb.get_item(TableName=table, Key={KEY: {"S": conversation}}, ConsistentRead=True)
    if "Item" not in answer:
        raise OperationError("The restored table has no such conversation.")
    yield answer["Item"]


def _all(dynamodb: Any, table: str) -> Iterator[dict[str, Any]]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        yield from page["Items"]


def _copy(dynamodb: Any, table: str, item: dict[str, Any], condition: str, values: dict[str, Any]) -> bool:
    """Write an item if the condition allows it; tell whether it did."""
    conditions = {"ConditionExpression": condition} | ({"ExpressionAttributeValues": values} if values else {})
    try:
        dynamodb.put_item(TableName=table, Item=item, **conditions)
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    return True
