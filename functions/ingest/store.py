"""The table: one conditional UpdateItem merges a submission into its conversation, one GetItem reads it back."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as UnconnectedError

from ingest.dynamodb import create_dynamodb_client
from ingest.errors import NotFoundError, ThrottledError, TooLargeError, UnavailableError
from ingest.item import Values, attribute_values, field_values, token_of
from ingest.models import Submission, read_submission
from snapshot import rehearse

TABLE_NAME = os.environ["TABLE_NAME"]
RETENTION = timedelta(days=int(os.environ["RETENTION_DAYS"]))

# The clauses of which the conditions are made.
NOT_APPLIED = "NOT contains(submissions, :token)"
MAP_MISSING = "attribute_not_exists(attributes)"
MAP_THERE = "attribute_exists(attributes)"

THROTTLED = {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"}

_dynamodb = create_dynamodb_client()


class Outcome(StrEnum):
    """What became of a submission that is safe in the table."""

    STORED = "Stored"
    DUPLICATE = "Duplicate"


def apply(submission: Submission, event_id: str) -> Outcome:
    """Merge a submission into its conversation's item, unless that was done before.

    DynamoDB can set a member of a map only where the map is. So a submission with attributes has two forms,
    one that brings the map and one that sets members of it, and the state of the item tells which applies:

        first form    applied                         -> stored
                      refused, the token is there     -> duplicate
                      refused, the map is there       -> second form
        second form   applied                         -> stored
                      refused, the token is there     -> duplicate: a twin raced this one between the forms
                      refused, the map is gone        -> unavailable: the item was deleted between the forms

    Each form is one atomic write, so a lost response, the SDK's retry of it, or the client's own hours later
    meets NOT_APPLIED and changes nothing.

    Raises ThrottledError, UnavailableError or TooLargeError.
    """
    fields, attributes = field_values(submission), attribute_values(submission)
    token = token_of(event_id, fields, attributes)
    key = submission.externalConversationId
    fields["eventId"] = {"S": event_id}

    if not attributes:
        refused_by = _update(key, token, fields, condition=NOT_APPLIED)
    else:
        whole = fields | {"attributes": {"M": attributes}}
        refused_by = _update(key, token, whole, condition=f"{NOT_APPLIED} AND {MAP_MISSING}")
        if refused_by is not None and not _has(refused_by, token):
            refused_by = _update(key, token, fields, attributes, condition=f"{NOT_APPLIED} AND {MAP_THERE}")
    if refused_by is None:
        return Outcome.STORED
    if _has(refused_by, token):
        return Outcome.DUPLICATE
    raise UnavailableError


def get(conversation_id: str) -> Values:
    """Return a conversation's item, as of now: it has all that a 200 ever promised.

    Raises NotFoundError, ThrottledError or UnavailableError.
    """
    key = {"externalConversationId": {"S": conversation_id}}
    wanted = {"Key": key, "ConsistentRead": True, "ReturnConsumedCapacity": "TOTAL"}
    response = _call(_dynamodb.get_item, TableName=TABLE_NAME, **wanted)
    # botocore takes an answer that was cut off or spoilt for an empty one. A whole one says at least what it cost.
    if "ConsumedCapacity" not in response:
        raise UnavailableError
    if "Item" not in response:
        raise NotFoundError
    return cast("Values", response["Item"])


def _has(item: Values, token: str) -> bool:
    return token in item.get("submissions", {}).get("SS", ())


def _update(key: str, token: str, fields: Values, members: Values | None = None, *, condition: str) -> Values | None:
    """Set fields, and members of the attributes map, if the condition holds. Return the item that refused it."""
    now = datetime.now(UTC)
    timestamp = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    members = members or {}
    values = {f":{field}": value for field, value in fields.items()}
    values |= {f":{index}": value for index, value in enumerate(members.values())}
    values |= {":now": {"S": timestamp}, ":token": {"S": token}, ":tokens": {"SS": [token]}}
    if RETENTION:
        values[":expiresAt"] = {"N": str(int((now + RETENTION).timestamp()))}
    # DynamoDB takes names only where there are some.
    names = {"ExpressionAttributeNames": {f"#{index}": name for index, name in enumerate(members)}} if members else {}
    try:
        _call(
            _dynamodb.update_item,
            TableName=TABLE_NAME,
            Key={"externalConversationId": {"S": key}},
            UpdateExpression=_expression(tuple(fields), len(members), expires=bool(RETENTION)),
            ConditionExpression=condition,
            ExpressionAttributeValues=values,
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **names,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return cast("Values", error.response.get("Item", {}))
        raise
    return None


@lru_cache  # a sender's submissions have few shapes
def _expression(fields: tuple[str, ...], members: int, *, expires: bool) -> str:
    """Return the update expression that sets these fields and so many members of the attributes map."""
    assignments = [f"{field} = :{field}" for field in fields]
    assignments += [f"attributes.#{index} = :{index}" for index in range(members)]
    assignments += ["createdAt = if_not_exists(createdAt, :now)", "updatedAt = :now"]
    assignments += ["expiresAt = :expiresAt"] if expires else []
    # A stack that no longer deletes anything does not delete this either.
    remove = "" if expires else "REMOVE expiresAt "
    return f"SET {', '.join(assignments)} {remove}ADD submissions :tokens"


def _call(operation: Callable[..., Any], **request: Any) -> Any:
    """Call DynamoDB. What its answer means is raised; an answer that stands for a defect of ours is left as it is."""
    try:
        return operation(**request)
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        if code in THROTTLED:
            raise ThrottledError from error
        # A number is botocore's stand-in for a code that it could not read: the answer was cut off or spoilt.
        if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500 or code.isdecimal():  # noqa: PLR2004 -- HTTP's
            raise UnavailableError from error
        # DynamoDB has no code for an item that outgrows 400 KB; only its text tells.
        if code == "ValidationException" and "size" in message:
            raise TooLargeError from error
        raise
    except (UnconnectedError, HTTPClientError) as error:
        raise UnavailableError from error


_SAMPLE = {
    "externalConversationId": "rehearsal",
    "companySegment": ["a segment"],
    "attributes": [{"name": "a name", "value": "a value"}],
}
rehearse(_dynamodb, lambda: apply(read_submission(_SAMPLE), "rehearsal"))
