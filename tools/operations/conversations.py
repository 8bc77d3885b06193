"""Stored conversations: erased on request, and copied back after a mistake.

What was erased must not come back with a restore, so `erase` keeps a list: a file of JSON lines with the conversation's
id and the time. A record that a sender has made anew since then is not what was erased, and is restored.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.operations.errors import OperationError
from tools.operations.target import CONNECTIONS, Target

KEY = "externalConversationId"

Item = dict[str, Any]
"""An item in DynamoDB's own types."""


def erase(target: Target, conversation: str, erased: Path) -> None:
    """Delete a conversation from the table, and list it. docs/operations.md says where else it may be."""
    # The list first: should the deletion fail, it is repeated, and a second line does no harm.
    try:
        with erased.open("a") as file:
            file.write(json.dumps({KEY: conversation, "erasedAt": _text(datetime.now(UTC))}) + "\n")
    except OSError as error:
        raise OperationError(f"{erased} can't be written ({error.strerror}): nothing was erased.") from error
    answer = target.client("dynamodb").delete_item(
        TableName=target.table, Key={KEY: {"S": conversation}}, ReturnValues="ALL_OLD"
    )
    kept_out = f"{erased} lists it, so that a restore leaves it out."
    if "Attributes" not in answer:
        raise OperationError(f"The table has no such conversation: nothing was erased. {kept_out}")
    print(f"Erased from the table. {kept_out}\nBackups, exports and the log still know it: see docs/operations.md.")


def read_erased(files: Iterable[Path]) -> dict[str, str]:
    """Return when each listed conversation was erased last. Raises OperationError for a file that is no such list."""
    erased: dict[str, str] = {}
    for file in files:
        try:
            lines = [json.loads(line) for line in file.read_text().splitlines()]
            for line in lines:
                erased[line[KEY]] = max(line["erasedAt"], erased.get(line[KEY], ""))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise OperationError(f"{file} can't be read as a list that 'erase' has made.") from error
    return erased


def restore(target: Target, source: str, only: str | None, erased: dict[str, str], *, overwrite: bool) -> None:
    """Copy conversations from the source table to the stack's: those it lacks, or with `overwrite` all of them.

    What was sent since the source table was made is never overwritten. So it may be stopped and run again.
    """
    dynamodb = target.client("dynamodb")
    if source == target.table:
        raise OperationError("That is the stack's own table: name the one that point-in-time recovery has made.")
    try:
        made = dynamodb.describe_table(TableName=source)["Table"]["CreationDateTime"]
    except dynamodb.exceptions.ResourceNotFoundException as error:
        raise OperationError(f"There is no table {source} in this account and region.") from error
    # The time of a change is a text that begins with its year, so nothing was changed before "0".
    replaced_before = {":replacedBefore": {"S": _text(made) if overwrite else "0"}}

    def copy(item: Item) -> str:
        if _is_gone(item, erased):
            return "left out, erased or expired"
        try:
            dynamodb.put_item(
                TableName=target.table,
                Item=item,
                ConditionExpression=f"attribute_not_exists({KEY}) OR updatedAt < :replacedBefore",
                ExpressionAttributeValues=replaced_before,
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return "kept as they are"
        return "copied"

    counts: Counter[str] = Counter()
    # The first failure, or Ctrl-C, cancels the page's copies that have not begun.
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for page in _pages(dynamodb, source, only):
            counts.update(pool.map(copy, page))
            print(f"{counts.total()} items so far ...", file=sys.stderr)
    if not counts:
        raise OperationError(f"{source} has no such conversation." if only else f"{source} is empty.")
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())))


def _is_gone(item: Item, erased: dict[str, str]) -> bool:
    """Tell whether the item must not come back: what was erased, and what has expired since."""
    erased_at = erased.get(item[KEY]["S"])
    if erased_at is not None and item["createdAt"]["S"] <= erased_at:
        return True
    return "expiresAt" in item and int(item["expiresAt"]["N"]) <= time.time()


def _pages(dynamodb: Any, table: str, only: str | None) -> Iterable[list[Item]]:
    """Give the table's items, a page of DynamoDB's at a time, or the one item that is asked for."""
    if only:
        answer = dynamodb.get_item(TableName=table, Key={KEY: {"S": only}})
        return [[answer["Item"]]] if "Item" in answer else []
    return (page["Items"] for page in dynamodb.get_paginator("scan").paginate(TableName=table))


def _text(moment: datetime) -> str:
    """Return a time as the service itself writes times, so that they compare as texts."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
