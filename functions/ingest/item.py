"""The values that a submission sets in its conversation's item, and the token that identifies it there."""

from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import Any

from pydantic_core import to_json

from ingest.dynamodb_value import AttributeValue
from ingest.models import Submission

Values = dict[str, AttributeValue]
"""An item or a part of it: attribute values by item attribute name."""

ATTRIBUTE_PREFIX = "attribute:"

# The key identifies the item, the service sets a missing event id, and each attribute is an item attribute of its own.
_NOT_MERGED = {"externalConversationId", "eventId", "attributes"}

# 64 bits: two submissions of one event id to one conversation collide with a probability of 2^-64.
_DIGEST_BYTES = 8


def item_values(submission: Submission) -> Values:
    """Return the values that a submission sets in its item: its fields, and its attributes by name."""
    values = {name: _field_value(value) for name, value in submission if value is not None and name not in _NOT_MERGED}
    if submission.attributes:
        values |= {f"{ATTRIBUTE_PREFIX}{name}": value for name, value in submission.attributes.values.items()}
    return values


def token_of(event_id: str, values: Values) -> str:
    """Return a submission's token: its event id and a digest of its content, independent of the order of fields.

    Tokens stay in the table: if the digest changed, retries of earlier submissions would be applied again.
    """
    content = {name: values[name] for name in sorted(values)}
    digest = blake2b(to_json(content), digest_size=_DIGEST_BYTES).digest()
    return f"{event_id}#{urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def event_ids(item: Values) -> list[str]:
    """Return the distinct event ids of the submissions applied to an item, sorted."""
    return sorted({token.rpartition("#")[0] for token in item["submissions"]["SS"]})


def _field_value(value: Any) -> AttributeValue:
    return {"L": [{"S": segment} for segment in value]} if isinstance(value, list) else {"S": value}
