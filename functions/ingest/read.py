"""GET /metadata-ingestion/v1/convo-metadata: the record of one conversation."""

from ingest import store
from ingest.attribute_value import to_json_text
from ingest.errors import ServiceError
from ingest.event import Json, Request, get_or_none
from ingest.gateway import handle_errors, respond, respond_error
from ingest.item import ATTRIBUTE_PREFIX, Values, event_ids
from ingest.models import FIELDS, read_conversation_id
from telemetry import record

# The record's fields in response order. Its attributes follow.
_RECORD_FIELDS = (*(name for name in FIELDS if name != "attributes"), "createdAt", "updatedAt", "updatedBy")


@handle_errors
def handle(event: Json, request: Request) -> Json:
    """Return the current record of the conversation named in a proxy event's query string."""
    parameters = get_or_none(event, "queryStringParameters")
    conversation_id = read_conversation_id(get_or_none(parameters, "externalConversationId"))
    log_fields = {"externalConversationId": conversation_id}
    try:
        item = store.get(conversation_id)
    except ServiceError as error:
        record(error.outcome, log_fields, level=error.level)
        return respond_error(type(error), request)
    record("Found", log_fields)
    return respond(200, _record_text(item))


def _record_text(item: Values) -> str:
    """Return an item as JSON text in the API's format."""
    members: Values = {name: item[name] for name in _RECORD_FIELDS if name in item}
    names = sorted(name for name in item if name.startswith(ATTRIBUTE_PREFIX))
    if names:
        pairs = [{"M": {"name": {"S": name.removeprefix(ATTRIBUTE_PREFIX)}, "value": item[name]}} for name in names]
        members["attributes"] = {"L": pairs}
    members["events"] = {"L": [{"S": event_id} for event_id in event_ids(item)]}
    return to_json_text({"M": members})
