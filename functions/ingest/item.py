"""A submission as it stands in its conversation's item: DynamoDB's typed values, and the token that names it."""

from decimal import Decimal
from hashlib import blake2b
from typing import Any

from pydantic_core import to_json

from ingest.models import Submission

AttributeValue = dict[str, Any]
Values = dict[str, AttributeValue]
"""DynamoDB's typed values, by name."""

# The fields that are stored as they are given.
FIELDS = [
    field for field in Submission.model_fields if field not in {"externalConversationId", "eventId", "attributes"}
]


def field_values(submission: Submission) -> Values:
    """Return the fields that are given, in the order of the model."""
    given = ((field, getattr(submission, field)) for field in FIELDS)
    return {field: _attribute_value(value) for field, value in given if value is not None}


def attribute_values(submission: Submission) -> Values:
    """Return the attributes that are given, in the order of their names."""
    return _members(submission.attributes or {})


def token_of(event_id: str, fields: Values, attributes: Values) -> str:
    """Name a submission by its event id and a digest of its content, which is the same in whatever order it came.

    Tokens stay in the table: with another digest, what was applied before would be applied again.
    """
    digest = blake2b(to_json([fields, attributes]), digest_size=16).hexdigest()
    return f"{event_id}#{digest}"


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
            return {"M": _members(value)}


def _members(value: dict[str, Any]) -> Values:
    return {name: _attribute_value(member) for name, member in sorted(value.items())}


def _plain(number: Decimal) -> str:
    """Write 100, not 1E+2, as long as that is no longer than the digits DynamoDB keeps."""
    return f"{number:f}" if abs(number.adjusted()) < 38 else str(number)  # noqa: PLR2004 -- DynamoDB's precision
