"""The table: one conditional UpdateItem merges a submission into its conversation, one GetItem reads it back."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b
from json import JSONEncoder
from typing import Any, cast

import boto3
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as UnconnectedError

from aws import CA_BUNDLE, CONFIG
from ingest.errors import NotFoundError, ThrottledError, TooLargeError, UnavailableError
from ingest.models import Submission, read_submission
from snapshot import rehearse

TABLE_NAME = os.environ["TABLE_NAME"]
RETENTION = timedelta(days=int(os.environ["RETENTION_DAYS"]))

# The fields that are stored as they are given.
FIELDS = [
    field for field in Submission.model_fields if field not in {"externalConversationId", "eventId", "attributes"}
]

# The clauses of which the conditions are made.
NOT_APPLIED = "NOT contains(submissions, :token)"
MAP_MISSING = "attribute_not_exists(attributes)"
MAP_THERE = "attribute_exists(attributes)"

THROTTLED = {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"}

AttributeValue = dict[str, Any]
Values = dict[str, AttributeValue]
"""DynamoDB's typed values, by name."""

_dynamodb = boto3.client("dynamodb", config=CONFIG, verify=CA_BUNDLE)
_canonical = JSONEncoder(sort_keys=True, separators=(",", ":")).encode


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
    fields = _field_values(submission)
    attributes = {name: _attribute_value(value) for name, value in (submission.attributes or {}).items()}
    token = _token(event_id, fields, attributes)
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
    assignments = [f"{field} = :{field}" for field in fields]
    # A stack that no longer deletes anything does not delete this either.
    other_clauses = "ADD submissions :tokens" if RETENTION else "REMOVE expiresAt ADD submissions :tokens"
    values = {f":{field}": value for field, value in fields.items()}
    assignments += ["createdAt = if_not_exists(createdAt, :now)", "updatedAt = :now"]
    values |= {":now": {"S": timestamp}, ":token": {"S": token}, ":tokens": {"SS": [token]}}
    if RETENTION:
        assignments.append("expiresAt = :expiresAt")
        values[":expiresAt"] = {"N": str(int((now + RETENTION).timestamp()))}
    names = {}
    for index, (name, value) in enumerate((members or {}).items()):
        assignments.append(f"attributes.#{index} = :{index}")
        names[f"#{index}"] = name
        values[f":{index}"] = value
    # DynamoDB takes names only where there are some.
    members_named = {"ExpressionAttributeNames": names} if names else {}
    try:
        _call(
            _dynamodb.update_item,
            TableName=TABLE_NAME,
            Key={"externalConversationId": {"S": key}},
            UpdateExpression=f"SET {', '.join(assignments)} {other_clauses}",
            ConditionExpression=condition,
            ExpressionAttributeValues=values,
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **members_named,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return cast("Values", error.response.get("Item", {}))
        raise
    return None


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


def _token(event_id: str, fields: Values, attributes: Values) -> str:
    """Name a submission by its event id and a digest of its content, whatever the order it came in."""
    digest = blake2b(_canonical([fields, attributes]).encode(), digest_size=16).hexdigest()
    return f"{event_id}#{digest}"


def _field_values(submission: Submission) -> Values:
    given = ((field, getattr(submission, field)) for field in FIELDS)
    return {field: _attribute_value(value) for field, value in given if value is not None}


def _attribute_value(value: Any) -> AttributeValue:
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case None:
            return {"NULL": True}
        case Decimal():
            return {"N": _plain(value)}
        case list():
            return {"L": [_attribute_value(element) for element in value]}
        case _:
            return {"M": {name: _attribute_value(member) for name, member in value.items()}}


def _plain(number: Decimal) -> str:
    """Write 100, not 1E+2, as long as that is no longer than the digits DynamoDB keeps."""
    return f"{number:f}" if abs(number.adjusted()) < 38 else str(number)  # noqa: PLR2004 -- DynamoDB's precision


_SAMPLE = {
    "externalConversationId": "rehearsal",
    "companySegment": ["a segment"],
    "attributes": [{"name": "a name", "value": "a value"}],
}
rehearse(_dynamodb, lambda: apply(read_submission(_SAMPLE), "rehearsal"))
