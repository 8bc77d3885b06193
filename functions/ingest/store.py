"""The table: one conditional UpdateItem merges a submission into its conversation, one GetItem reads it back."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as UnconnectedError

from aws_client import create_client
from ingest.errors import FullError, NotFoundError, ServiceError, ThrottledError, UnavailableError
from ingest.item import Values, item_values, token_of
from ingest.models import Submission

TABLE_NAME = os.environ["TABLE_NAME"]
RETENTION = timedelta(days=int(os.environ["RETENTION_DAYS"]))

NOT_APPLIED = "NOT contains(submissions, :token)"

ERRORS: dict[str, type[ServiceError]] = {
    "ProvisionedThroughputExceededException": ThrottledError,
    "RequestLimitExceeded": ThrottledError,
    "ThrottlingException": ThrottledError,
    # DynamoDB's own conflicts with another write, after the SDK's retries.
    "TransactionConflictException": UnavailableError,
    "ReplicatedWriteConflictException": UnavailableError,
    # The function's credentials or clock, right after Lambda thaws it. One that lasts raises the alarm on 5xx answers.
    "ExpiredTokenException": UnavailableError,
    "InvalidSignatureException": UnavailableError,
}

_dynamodb = create_client("dynamodb")


class Outcome(StrEnum):
    """What became of a submission that is safe in the table."""

    STORED = "Stored"
    DUPLICATE = "Duplicate"


class Applied(NamedTuple):
    """An outcome, and the write units that it consumed. DynamoDB does not tell what a failed condition consumed."""

    outcome: Outcome
    write_units: float | None = None


def apply(submission: Submission, event_id: str, client: str) -> Applied:
    """Merge a submission of a client into its conversation's item, unless that was done before.

    The condition makes the write idempotent, whoever retries it:

        write applied, answer lost      -> the SDK's retry, or the client's hours later, fails on NOT_APPLIED: duplicate
        write not applied               -> the retry applies it
        two at once                     -> DynamoDB serializes writes to an item: the second fails on NOT_APPLIED

    Raises ThrottledError, UnavailableError or FullError.
    """
    values = item_values(submission)
    token = token_of(event_id, values)
    values |= {"eventId": {"S": event_id}, "updatedBy": {"S": client}}
    key = {"externalConversationId": {"S": submission.externalConversationId}}
    try:
        answer = _call(_dynamodb.update_item, Key=key, **_update(values, token, datetime.now(UTC)))
    except _dynamodb.exceptions.ConditionalCheckFailedException:
        return Applied(Outcome.DUPLICATE)
    return Applied(Outcome.STORED, answer["ConsumedCapacity"]["CapacityUnits"])


def get(conversation_id: str) -> Values:
    """Return a conversation's item, as of now: it has all that a 200 ever promised.

    Raises NotFoundError, ThrottledError or UnavailableError.
    """
    key = {"externalConversationId": {"S": conversation_id}}
    item: Values = _call(_dynamodb.get_item, Key=key, ConsistentRead=True).get("Item", {})
    # DynamoDB deletes an expired item within days, not at once.
    if not item or ("expiresAt" in item and int(item["expiresAt"]["N"]) <= time.time()):
        raise NotFoundError
    return item


def _update(values: Values, token: str, now: datetime) -> dict[str, Any]:
    """Return the parameters of an UpdateItem that sets `values` and remembers the token."""
    timestamp = {"S": now.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    values = values | {"updatedAt": timestamp}
    if RETENTION:
        values["expiresAt"] = {"N": str(int((now + RETENTION).timestamp()))}
    # A field's name is its own path; an attribute's, which can hold any character, gets a placeholder for one.
    paths = [name if name.isalnum() else f"#{index}" for index, name in enumerate(values)]
    names = {path: name for path, name in zip(paths, values, strict=True) if path != name}
    assignments = [f"{path} = :{index}" for index, path in enumerate(paths)]
    assignments.append("createdAt = if_not_exists(createdAt, :now)")
    # A stack that no longer deletes anything does not delete this record either.
    remove = "" if RETENTION else "REMOVE expiresAt "
    update = {
        "UpdateExpression": f"SET {', '.join(assignments)} {remove}ADD submissions :tokens",
        "ConditionExpression": NOT_APPLIED,
        "ExpressionAttributeValues": {f":{index}": value for index, value in enumerate(values.values())}
        | {":now": timestamp, ":token": {"S": token}, ":tokens": {"SS": [token]}},
    }
    # DynamoDB refuses an empty map of names.
    return update | {"ExpressionAttributeNames": names} if names else update


def _call(operation: Callable[..., Any], **parameters: Any) -> Any:
    """Return DynamoDB's answer. Raises what an error means; one that stands for a defect of ours is left as it is."""
    try:
        answer = operation(TableName=TABLE_NAME, ReturnConsumedCapacity="TOTAL", **parameters)
    except ClientError as error:
        if failure := _failure(error):
            raise failure from error
        raise
    except (UnconnectedError, HTTPClientError) as error:
        raise UnavailableError from error
    # A proxy answers 200 too, and botocore takes a page for an empty answer. Only DynamoDB says what a call consumed.
    if not isinstance(answer.get("ConsumedCapacity", {}).get("CapacityUnits"), int | float):
        raise UnavailableError
    return answer


def _failure(error: ClientError) -> type[ServiceError] | None:
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    if code in ERRORS:
        return ERRORS[code]
    # A number is botocore's stand-in for a code that it could not read: the answer was cut off, or not DynamoDB's.
    if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500 or code.isdecimal():  # noqa: PLR2004 -- HTTP's
        return UnavailableError
    # DynamoDB has no code for an item that outgrows 400 KB; only its text tells.
    return FullError if code == "ValidationException" and "size" in message else None
