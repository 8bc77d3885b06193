"""Stored conversations: erased on request, and copied back after a mistake.

What was erased must not come back with a restore, so `erase` keeps a list: a file of JSON lines with the conversation's
id and the time. A record that a sender has made anew since then is not what was erased, and is restored.
"""

import json
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.operations.copying import copy_segments
from tools.operations.errors import OperationError
from tools.operations.target import Target

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
    is_missing, is_older = f"attribute_not_exists({KEY})", "updatedAt < :made"
    condition: Item = {"ConditionExpression": f"{is_missing} OR {is_older}" if overwrite else is_missing}
    if overwrite:
        condition["ExpressionAttributeValues"] = {":made": {"S": _text(made)}}

    def copy(item: Item) -> str:
        if _is_gone(item, erased):
            return "left out, erased or expired"
        try:
            dynamodb.put_item(TableName=target.table, Item=item, **condition)
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return "kept as they are"
        return "copied"

    if only:
        counts = {copy(_one(dynamodb, source, only)): 1}
    else:
        counts = copy_segments(lambda part, parts: _segment(dynamodb, source, part, parts), copy)
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "The table is empty.")


def _is_gone(item: Item, erased: dict[str, str]) -> bool:
    """Tell whether the item must not come back: what was erased, and what has expired since."""
    erased_at = erased.get(item[KEY]["S"])
    if erased_at is not None and item["createdAt"]["S"] <= erased_at:
        return True
    return "expiresAt" in item and int(item["expiresAt"]["N"]) <= time.time()


def _one(dynamodb: Any, table: str, conversation: str) -> Item:
    answer: Item = dynamodb.get_item(TableName=table, Key={KEY: {"S": conversation}}, ConsistentRead=True)
    if "Item" not in answer:
        raise OperationError("The restored table has no such conversation.")
    return dict(answer["Item"])


def _segment(dynamodb: Any, table: str, part: int, parts: int) -> Iterator[Item]:
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, Segment=part, TotalSegments=parts)
    for page in pages:
        yield from page["Items"]


def _text(moment: datetime) -> str:
    """Return a time as the service itself writes times, so that they compare as texts."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
