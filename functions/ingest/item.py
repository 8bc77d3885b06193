"""A submission as it stands in its conversation's item, and the token that names it there."""

from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import Any

from pydantic_core import to_json

from ingest.attribute_value import AttributeValue
from ingest.models import MERGED_FIELDS, Submission

Values = dict[str, AttributeValue]
"""An item, or a part of it: attribute values by the name of the item attribute."""

ATTRIBUTE_PREFIX = "attribute:"

# 128 bits: two different submissions of one event id are never taken for one.
_DIGEST_BYTES = 16


def item_values(submission: Submission) -> Values:
    """Return what a submission sets in its item: fields in the model's order, then attributes in their names' order."""
    given = ((name, getattr(submission, name)) for name in MERGED_FIELDS)
    values = {name: _field_value(value) for name, value in given if value is not None}
    attributes = submission.attributes.values if submission.attributes else {}
    return values | {f"{ATTRIBUTE_PREFIX}{name}": value for name, value in attributes.items()}


def token_of(event_id: str, values: Values) -> str:
    """Name a submission by its event id and a digest of its content, which is the same in whatever order it came.

    Tokens stay in the table: with another digest, what was applied before would be applied again.
    """
    digest = blake2b(to_json(values), digest_size=_DIGEST_BYTES).digest()
    return f"{event_id}#{urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def event_ids(item: Values) -> list[str]:
    """Return the ids of the events that made an item, sorted, each once."""
    return sorted({token.rpartition("#")[0] for token in item["submissions"]["SS"]})


def _field_value(value: Any) -> AttributeValue:
    return {"L": [{"S": segment} for segment in value]} if isinstance(value, list) else {"S": value}
