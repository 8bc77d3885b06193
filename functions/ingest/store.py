"""The DynamoDB table: a conditional UpdateItem merges a submission into its conversation, a GetItem reads it back."""

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from traceback import walk_tb
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as UnconnectedError

from aws_client import create_client
from ingest.errors import FullError, NotFoundError, ServiceError, ThrottledError, UnavailableError, UnreadableError
from ingest.item import Values

TABLE_NAME = os.environ["TABLE_NAME"]
RETENTION = timedelta(days=int(os.environ["RETENTION_DAYS"]))

NOT_APPLIED = "NOT contains(#submissions, :token)"

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


def merge(conversation_id: str, values: Values, token: str) -> float | None:
    """Merge a submission's values into its conversation's item. Return the write units, or None for a duplicate.

    The condition makes the write idempotent:

        write applied, response lost    -> the SDK's retry, or the client's hours later, fails on NOT_APPLIED: duplicate
        write not applied               -> the retry applies it
        two at the same time            -> DynamoDB serializes writes to an item: the second fails on NOT_APPLIED

    Raises ThrottledError, UnavailableError or FullError.
    """
    key = {"externalConversationId": {"S": conversation_id}}
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
    # Placeholders for all names: an attribute's name can contain any character, a field's can be a reserved word.
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
    names = {f"#{index}": name for index, name in enumerate(values)}
    names |= {"#createdAt": "createdAt", "#submissions": "submissions"}
    assignments = [f"#{index} = :{index}" for index in range(len(values))]
    assignments.append("#createdAt = if_not_exists(#createdAt, :now)")
    # If retention has been disabled, the record must no longer expire. DynamoDB rejects an unused name.
    remove, removed = ("", {}) if RETENTION else ("REMOVE #expiresAt ", {"#expiresAt": "expiresAt"})
    return {
        "UpdateExpression": f"SET {', '.join(assignments)} {remove}ADD #submissions :tokens",
        "ConditionExpression": NOT_APPLIED,
        "ExpressionAttributeNames": names | removed,
        "ExpressionAttributeValues": {f":{index}": value for index, value in enumerate(values.values())}
        | {":now": timestamp, ":token": {"S": token}, ":tokens": {"SS": [token]}},
    }


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
    except Exception as error:
        # botocore.endpoint sends the request and reads the response. A defect in our parameters fails before that.
        modules = {frame.f_globals["__name__"] for frame, _ in walk_tb(error.__traceback__)}
        if isinstance(error, BotoCoreError) or "botocore.endpoint" not in modules:
            raise
        raise UnreadableError from error
    # A proxy can return 200 too, and botocore parses its page as an empty response. Only DynamoDB returns the capacity.
    units = response.get("ConsumedCapacity", {}).get("CapacityUnits")
    if type(units) not in {int, float} or not 0 <= units <= sys.float_info.max:
        raise UnavailableError
    return response


def _service_error(error: ClientError) -> type[ServiceError] | None:
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    if code in ERRORS:
        return ERRORS[code]
    # botocore substitutes the status for a code that it cannot find: the response is truncated, or not from DynamoDB.
    if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500 or not code.isidentifier():  # noqa: PLR2004 -- HTTP 5xx
        return UnavailableError
    # An item over 400 KB has no error code of its own: only the message identifies it.
    return FullError if code == "ValidationException" and "size" in str(message) else None
