"""The DynamoDB table: a conditional UpdateItem merges a submission into its conversation, a GetItem reads it back."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

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
    # Conflicts with another write in DynamoDB, after the SDK's retries.
    "TransactionConflictException": UnavailableError,
    "ReplicatedWriteConflictException": UnavailableError,
    # Stale credentials or clock, right after Lambda thaws the environment. If they persist, the 5xx alarm fires.
    "ExpiredTokenException": UnavailableError,
    "InvalidSignatureException": UnavailableError,
}

_dynamodb = create_client("dynamodb")


def apply(submission: Submission, event_id: str, client: str) -> float | None:
    """Merge a client's submission into its conversation's item. Return the write units, or None for a duplicate.

    The condition makes the write idempotent:

        write applied, response lost    -> the SDK's retry, or the client's hours later, fails on NOT_APPLIED: duplicate
        write not applied               -> the retry applies it
        two at the same time            -> DynamoDB serializes writes to an item: the second fails on NOT_APPLIED

    Raises ThrottledError, UnavailableError or FullError.
    """
    values = item_values(submission)
    token = token_of(event_id, values)
    values |= {"eventId": {"S": event_id}, "updatedBy": {"S": client}}
    key = {"externalConversationId": {"S": submission.externalConversationId}}
    try:
        response = _call(_dynamodb.update_item, Key=key, **_update(values, token, datetime.now(UTC)))
    except _dynamodb.exceptions.ConditionalCheckFailedException:
        return None
    return float(response["ConsumedCapacity"]["CapacityUnits"])


def get(conversation_id: str) -> Values:
    """Return a conversation's item from a strongly consistent read: it reflects every submission that got a 200.

    Raises NotFoundError, ThrottledError or UnavailableError.
    """
    key = {"externalConversationId": {"S": conversation_id}}
    item: Values = _call(_dynamodb.get_item, Key=key, ConsistentRead=True).get("Item", {})
    # DynamoDB deletes an expired item within days, not at once.
    if not item or ("expiresAt" in item and int(item["expiresAt"]["N"]) <= time.time()):
        raise NotFoundError
    return item


def _update(values: Values, token: str, now: datetime) -> dict[str, Any]:
    """Return the parameters of an UpdateItem that sets `values` and adds the token."""
    timestamp = {"S": now.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    values = values | {"updatedAt": timestamp}
    if RETENTION:
        values["expiresAt"] = {"N": str(int((now + RETENTION).timestamp()))}
    # Attribute names can contain any character, so each is replaced by a placeholder. Field names are valid paths.
    paths = [name if name.isalnum() else f"#{index}" for index, name in enumerate(values)]
    names = {path: name for path, name in zip(paths, values, strict=True) if path != name}
    assignments = [f"{path} = :{index}" for index, path in enumerate(paths)]
    assignments.append("createdAt = if_not_exists(createdAt, :now)")
    # If retention has been disabled, the record must no longer expire.
    remove = "" if RETENTION else "REMOVE expiresAt "
    update = {
        "UpdateExpression": f"SET {', '.join(assignments)} {remove}ADD submissions :tokens",
        "ConditionExpression": NOT_APPLIED,
        "ExpressionAttributeValues": {f":{index}": value for index, value in enumerate(values.values())}
        | {":now": timestamp, ":token": {"S": token}, ":tokens": {"SS": [token]}},
    }
    # DynamoDB rejects an empty ExpressionAttributeNames.
    return update | {"ExpressionAttributeNames": names} if names else update


def _call(operation: Callable[..., Any], **parameters: Any) -> Any:
    """Return DynamoDB's response. Raises its errors as ServiceErrors, except for those that indicate a defect."""
    try:
        response = operation(TableName=TABLE_NAME, ReturnConsumedCapacity="TOTAL", **parameters)
    except ClientError as error:
        if service_error := _service_error(error):
            raise service_error from error
        raise
    except (UnconnectedError, HTTPClientError) as error:
        raise UnavailableError from error
    # A proxy can return 200 too, and botocore parses its page as an empty response. Only DynamoDB returns the capacity.
    if not isinstance(response.get("ConsumedCapacity", {}).get("CapacityUnits"), int | float):
        raise UnavailableError
    return response


def _service_error(error: ClientError) -> type[ServiceError] | None:
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    if code in ERRORS:
        return ERRORS[code]
    # botocore substitutes a number for a code it cannot parse: the response is truncated, or not from DynamoDB.
    if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500 or code.isdecimal():  # noqa: PLR2004 -- HTTP 5xx
        return UnavailableError
    # An item over 400 KB has no error code of its own: only the message identifies it.
    return FullError if code == "ValidationException" and "size" in message else None
