"""GET /metadata-ingestion/v1/convo-metadata: the record of one conversation."""

from ingest import store
from ingest.dynamodb_value import to_json_text
from ingest.event import Request
from ingest.gateway import handle_errors, respond
from ingest.item import ATTRIBUTE_PREFIX, Values, event_ids
from ingest.models import FIELDS, read_conversation_id
from json_object import Json
from telemetry import logger, record

# The record's fields in response order. Its attributes follow.
_RECORD_FIELDS = (*(name for name in FIELDS if name != "attributes"), "createdAt", "updatedAt", "updatedBy")


@handle_errors
def handle(event: Json, _: Request) -> Json:
    """Return the current record of the conversation named in a proxy event's query string."""
    parameters = event.get("queryStringParameters") or {}
    conversation_id = read_conversation_id(parameters.get("externalConversationId"))
    logger.append_keys(externalConversationId=conversation_id)
    text = _record_text(store.get(conversation_id))
    record("Found", {})
    return respond(200, text)


def _record_text(item: Values) -> str:
    """Return an item as JSON text in the API's format."""
    members: Values = {name: item[name] for name in _RECORD_FIELDS if name in item}
    names = sorted(name for name in item if name.startswith(ATTRIBUTE_PREFIX))
    if names:
        pairs = [{"M": {"name": {"S": name.removeprefix(ATTRIBUTE_PREFIX)}, "value": item[name]}} for name in names]
        members["attributes"] = {"L": pairs}
    members["events"] = {"L": [{"S": event_id} for event_id in event_ids(item)]}
    return to_json_text({"M": members})
