"""Stored conversations: found by a value, copied back after a mistake, and dated anew."""

import re
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from tools.errors import CommandError
from tools.operations.erasures import KEY, erase_again, read_erasures, timestamp
from tools.operations.target import CONNECTIONS, Target

SECONDS_BETWEEN_REPORTS = 5

Item = dict[str, Any]
"""An item in DynamoDB's own types."""


def find(target: Target, name: str, value: str) -> Iterator[str]:
    """Yield the ids of the conversations whose field or attribute of this name is, or is a list with, the value."""
    dynamodb = target.client("dynamodb")
    table = dynamodb.describe_table(TableName=target.table)["Table"]
    print(f"Reading the whole table. Read units: about {table['TableSizeBytes'] // 4096 + 1:,}.", file=sys.stderr)
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


def restore(target: Target, options: Namespace) -> str:
    """Copy conversations from the source table into the stack's: those it lacks, or with `overwrite` all of them.

    Never replaces a record that has changed since the source table was created, so it can be stopped and run again.
    """
    dynamodb = target.client("dynamodb")
    table = dynamodb.describe_table(TableName=options.source)["Table"]
    restored_from = table.get("RestoreSummary", {}).get("SourceTableArn", "")
    if not options.erasures and not restored_from.endswith(f":table/{target.table}"):
        print("Warning: not a restore of the stack's own table. "
              "To skip what another stack erased, add --erasures TABLE.", file=sys.stderr)  # fmt: skip
    # Times compare as texts, and every time is greater than "0".
    replaced_before = timestamp(table["CreationDateTime"]) if options.overwrite else "0"
    erasures: list[dict[str, str]] = []

    def copy(item: Item) -> str:
        if not item.keys() >= {KEY, "createdAt", "updatedAt"}:
            raise CommandError(f"Table {options.source} is not a table of conversations.")
        erased_at = max(erased.get(item[KEY]["S"], "") for erased in erasures)
        if options.expired:
            item = {name: it for name, it in item.items() if name != "expiresAt"} | _expiry(item, target)
        has_expired = "expiresAt" in item and int(item["expiresAt"]["N"]) <= time.time()
        if has_expired or item["createdAt"]["S"] <= erased_at:
            return "skipped (erased or expired)"
        with suppress(dynamodb.exceptions.ConditionalCheckFailedException):
            dynamodb.put_item(
                TableName=target.table,
                Item=item,
                ConditionExpression=f"attribute_not_exists({KEY}) OR updatedAt < :replacedBefore",
                ExpressionAttributeValues={":replacedBefore": {"S": replaced_before}},
            )
            return "copied"
        return "unchanged"

    counts: Counter[str] = Counter()
    try:
        # The first failure, or Ctrl-C, cancels the page's copies that have not begun.
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for page in _get(dynamodb, options) if options.only else _scan(dynamodb, table):
                erasures = [read_erasures(dynamodb, it) for it in (target.erasures, options.erasures) if it]
                counts.update(pool.map(copy, page))
    finally:
        erase_again(target)
    return _summary(counts)


def retain(target: Target) -> str:
    """Date every conversation anew: it expires RetentionDays after its last applied submission."""
    dynamodb = target.client("dynamodb")

    def redate(item: Item) -> str:
        expiry = _expiry(item, target)
        if item.get("expiresAt") == expiry.get("expiresAt"):
            return "unchanged"
        with suppress(dynamodb.exceptions.ConditionalCheckFailedException):
            dynamodb.update_item(
                TableName=target.table,
                Key={KEY: item[KEY]},
                UpdateExpression="SET expiresAt = :expiresAt" if expiry else "REMOVE expiresAt",
                # A submission that came meanwhile has dated the record itself.
                ConditionExpression="updatedAt = :updatedAt",
                ExpressionAttributeValues={f":{name}": (item | expiry)[name] for name in ("updatedAt", *expiry)},
            )
            return "dated anew"
        return "unchanged"

    table = dynamodb.describe_table(TableName=target.table)["Table"]
    pages = _scan(dynamodb, table, ProjectionExpression=f"{KEY}, updatedAt, expiresAt")
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return _summary(Counter(outcome for page in pages for outcome in pool.map(redate, page)))


def _expiry(item: Item, target: Target) -> Item:
    """Return the date of expiry that ingest would give a record of this age; nothing if records do not expire."""
    if not target.retention_days:
        return {}
    expires_at = datetime.fromisoformat(item["updatedAt"]["S"]) + timedelta(days=target.retention_days)
    return {"expiresAt": {"N": str(int(expires_at.timestamp()))}}


def _get(dynamodb: Any, options: Namespace) -> list[list[Item]]:
    response = dynamodb.get_item(TableName=options.source, Key={KEY: {"S": options.only}}, ConsistentRead=True)
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
    if not counts:
        raise CommandError("The table has no conversation, or not this one.")
    return ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(counts.items()))
