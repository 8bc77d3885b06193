"""Erased conversations: deleted from the stack's table, and recorded in its Erasures table so that they stay erased.

    erase       records the erasure, then deletes the record from the table
    restore     reads the erasures before each page and skips them; at its end, even of an interruption or a failure,
                deletes from the table all that are recorded by then

However the two interleave, one of them deletes the record last. A record that a sender makes anew after the erasure
stays.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from tools.errors import CommandError
from tools.operations.target import Target

KEY = "externalConversationId"

# Longer than the 35 days of point-in-time recovery.
RECORDED = timedelta(days=40)


def erase(target: Target, conversations: Iterable[str]) -> list[str]:
    """Record and delete the conversations. Return those that the table does not have."""
    dynamodb = target.client("dynamodb")
    headers = dynamodb.describe_table(TableName=target.erasures)["ResponseMetadata"]["HTTPHeaders"]
    # The operator's clock can be wrong, and a record's createdAt is AWS's time. Rounded up: Date has whole seconds.
    correction = parsedate_to_datetime(headers["date"]) + timedelta(seconds=1) - datetime.now(UTC)
    missing = []
    for conversation in conversations:
        key = {KEY: {"S": conversation}}
        erased_at = datetime.now(UTC) + correction
        expires_at = str(int((erased_at + RECORDED).timestamp()))
        times = {"erasedAt": {"S": timestamp(erased_at)}, "expiresAt": {"N": expires_at}}
        dynamodb.put_item(TableName=target.erasures, Item=key | times)
        if "Attributes" not in dynamodb.delete_item(TableName=target.table, Key=key, ReturnValues="ALL_OLD"):
            missing.append(conversation)
    return missing


def erase_again(target: Target) -> int:
    """Delete the records that existed at their erasure. Return the number of recorded erasures."""
    dynamodb = target.client("dynamodb")
    erasures = read_erasures(dynamodb, target.erasures)
    for conversation, erased_at in erasures.items():
        with suppress(dynamodb.exceptions.ConditionalCheckFailedException):
            dynamodb.delete_item(
                TableName=target.table,
                Key={KEY: {"S": conversation}},
                ConditionExpression="createdAt <= :erasedAt",
                ExpressionAttributeValues={":erasedAt": {"S": erased_at}},
            )
    return len(erasures)


def read_erasures(dynamodb: Any, table: str) -> dict[str, str]:
    """Return the time of each erasure by the conversation's id."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    try:
        return {item[KEY]["S"]: item["erasedAt"]["S"] for page in pages for item in page["Items"]}
    except KeyError as error:
        raise CommandError(f"Table {table} is not a table of erasures.") from error


def timestamp(moment: datetime) -> str:
    """Return a time as the service writes it, so that times compare as texts."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
