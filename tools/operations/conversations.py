"""Stored conversations: found by a value, copied back after a mistake, and dated anew."""

import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import Any

from tools.operations.erasures import DAYS_RECORDED, KEY, erase_again, read_erasures, timestamp
from tools.operations.errors import OperationError
from tools.operations.target import CONNECTIONS, Target

SECONDS_BETWEEN_REPORTS = 5

Item = dict[str, Any]
"""An item in DynamoDB's own types."""


def find(target: Target, name: str, value: str) -> Iterator[str]:
    """Yield the ids of the conversations whose field or attribute of this name is, or is a list with, the value."""
    dynamodb = target.client("dynamodb")
    table = _describe(dynamodb, target.table)
    print(f"Reading the whole table: about {table['TableSizeBytes'] // 4096 + 1:,} read units.", file=sys.stderr)
    values = {":text": {"S": value}}
    if re.fullmatch(r"-?\d{1,30}(\.\d{1,8})?", value):
        values[":number"] = {"N": value}
    conditions = [
        f"{path} = {it} OR (attribute_type({path}, :list) AND contains({path}, {it}))"
        for path in ("#field", "#attribute")
        for it in values
    ]
    pages = _scan(
        dynamodb,
        table,
        ConsistentRead=True,
        ProjectionExpression=KEY,
        FilterExpression=" OR ".join(conditions),
        ExpressionAttributeNames={"#field": name, "#attribute": f"attribute:{name}"},
        ExpressionAttributeValues=values | {":list": {"S": "L"}},
    )
    return (item[KEY]["S"] for page in pages for item in page)


def restore(  # noqa: PLR0913 -- the command's options
    target: Target, source: str, *, only: str | None, overwrite: bool, expired: bool, erasures: str | None
) -> str:
    """Copy conversations from the source table into the stack's: those it lacks, or with `overwrite` all of them.

    Never replaces a record that has changed since the source table was created, so it can be stopped and run again.
    With `expired`, each copy is dated anew. `erasures` is another stack's table of erasures, to skip as well.
    """
    dynamodb = target.client("dynamodb")
    if source == target.table:
        raise OperationError("That is the stack's own table. Name the restored table instead.")
    table = _describe(dynamodb, source)
    _warn_of_erasures(table, target, erasures)
    # Times compare as texts, and every time is greater than "0".
    replaced_before = {":replacedBefore": {"S": timestamp(table["CreationDateTime"]) if overwrite else "0"}}

    def copy(item: Item, *erased: dict[str, str]) -> str:
        erased_at = max(erasures.get(item[KEY]["S"], "") for erasures in erased)
        if expired:
            item = {name: it for name, it in item.items() if name != "expiresAt"} | _expiry(item, target)
        if item["createdAt"]["S"] <= erased_at or int(item.get("expiresAt", _NEVER)["N"]) <= time.time():
            return "skipped (erased or expired)"
        try:
            dynamodb.put_item(
                TableName=target.table,
                Item=item,
                ConditionExpression=f"attribute_not_exists({KEY}) OR updatedAt < :replacedBefore",
                ExpressionAttributeValues=replaced_before,
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return "unchanged"
        return "copied"

    counts: Counter[str] = Counter()
    known: dict[str, str] = {}
    # The first failure, or Ctrl-C, cancels the page's copies that have not begun.
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        # After the last page, an empty one: the erasures are read once more.
        for page in chain(_get(dynamodb, source, only) if only else _scan(dynamodb, table), [[]]):
            own = read_erasures(dynamodb, target.erasures)
            erase_again(target, own.items() - known.items())
            known = own
            others = read_erasures(dynamodb, erasures) if erasures else {}
            counts.update(pool.map(copy, page, repeat(own), repeat(others)))
    if not counts:
        raise OperationError(f"Table {source} has no such conversation." if only else f"Table {source} is empty.")
    return _summary(counts)


def retain(target: Target) -> str:
    """Date every conversation anew: it expires RetentionDays after its last applied submission."""
    dynamodb = target.client("dynamodb")

    def redate(item: Item) -> str:
        expiry = _expiry(item, target)
        if item.get("expiresAt") == expiry.get("expiresAt"):
            return "unchanged"
        try:
            dynamodb.update_item(
                TableName=target.table,
                Key={KEY: item[KEY]},
                UpdateExpression="SET expiresAt = :expiresAt" if expiry else "REMOVE expiresAt",
                # A submission that came meanwhile has dated the record itself.
                ConditionExpression="updatedAt = :updatedAt",
                ExpressionAttributeValues={f":{name}": it for name, it in expiry.items()}
                | {":updatedAt": item["updatedAt"]},
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return "unchanged"
        return "dated anew"

    counts: Counter[str] = Counter()
    table = _describe(dynamodb, target.table)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for page in _scan(dynamodb, table, ProjectionExpression=f"{KEY}, updatedAt, expiresAt"):
            counts.update(pool.map(redate, page))
    return _summary(counts)


_NEVER = {"N": "99999999999"}


def _expiry(item: Item, target: Target) -> Item:
    """Return the date of expiry that ingest would give a record of this age; nothing if records do not expire."""
    if not target.retention_days:
        return {}
    expires_at = datetime.fromisoformat(item["updatedAt"]["S"]) + timedelta(days=target.retention_days)
    return {"expiresAt": {"N": str(int(expires_at.timestamp()))}}


def _warn_of_erasures(table: dict[str, Any], target: Target, erasures: str | None) -> None:
    restored: dict[str, Any] = table.get("RestoreSummary", {})
    if not erasures and not restored.get("SourceTableArn", "").endswith(f":table/{target.table}"):
        print("Warning: this is no restore of the stack's own table. If it belonged to another stack, what was erased "
              "there comes back. Name that stack's table of erasures: --erasures TABLE.", file=sys.stderr)  # fmt: skip
    if restored and restored["RestoreDateTime"] < datetime.now(UTC) - DAYS_RECORDED:
        print(f"Warning: the table is of {restored['RestoreDateTime']:%Y-%m-%d}, and erasures are recorded for "
              f"{DAYS_RECORDED.days} days. What was erased before comes back.", file=sys.stderr)  # fmt: skip


def _describe(dynamodb: Any, table: str) -> dict[str, Any]:
    try:
        return dict(dynamodb.describe_table(TableName=table)["Table"])
    except dynamodb.exceptions.ResourceNotFoundException as error:
        raise OperationError(
            f"Table {table} does not exist in this account and region. "
            "If it is the stack's own: docs/operations.md, Getting back a table that was deleted."
        ) from error


def _get(dynamodb: Any, table: str, conversation: str) -> Iterable[list[Item]]:
    response = dynamodb.get_item(TableName=table, Key={KEY: {"S": conversation}}, ConsistentRead=True)
    return [[response["Item"]]] if "Item" in response else []


def _scan(dynamodb: Any, table: dict[str, Any], **options: Any) -> Iterator[list[Item]]:
    """Yield the table's items, one of DynamoDB's pages at a time. Report how far it is, and the rate."""
    count, started = 0, time.monotonic()
    reported = started
    for page in dynamodb.get_paginator("scan").paginate(TableName=table["TableName"], **options):
        yield page["Items"]
        count += page["ScannedCount"]
        if (now := time.monotonic()) - reported >= SECONDS_BETWEEN_REPORTS:
            reported = now
            rate = count / (now - started)
            # DynamoDB updates ItemCount about every six hours.
            print(f"{count:,} of about {table['ItemCount']:,} conversations, {rate:,.0f} per second", file=sys.stderr)


def _summary(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(counts.items())) or "The table is empty."
