"""GET /metadata-ingestion/v1/convo-metadata: what is stored about one conversation."""

import json

from aws_lambda_powertools.utilities.typing import LambdaContext

from ingest import store
from ingest.attribute_value import object_text, to_json_text
from ingest.errors import RefusedError, ServiceError
from ingest.gateway import Json, answer_errors, get_or_none, read_request, respond, respond_error
from ingest.item import ATTRIBUTE_PREFIX, Values, event_ids
from ingest.models import FIELDS, read_conversation_id
from ingest.submission import fail, record_result
from telemetry import record

# In the order in which the record shows them, before its attributes.
_SHOWN = (*(name for name in FIELDS if name != "attributes"), "createdAt", "updatedAt", "updatedBy")


@answer_errors
def handle(event: Json, context: LambdaContext) -> Json:
    """Return the record of the conversation that a proxy event's query string names, as of now."""
    request = read_request(event, context)
    parameters = get_or_none(event, "queryStringParameters")
    try:
        conversation_id = read_conversation_id(get_or_none(parameters, "externalConversationId"))
    except RefusedError as error:
        result = fail(error)
        record_result(result, request)
        return respond(400, {"result": result.body()})
    line = request.log_fields() | {"externalConversationId": conversation_id}
    try:
        item = store.get(conversation_id)
    except ServiceError as error:
        record(error.outcome, line, level=error.level)
        return respond_error(type(error), request)
    record("Found", line)
    return respond(200, _record_text(item))


def _record_text(item: Values) -> str:
    """Return an item in the API's own shapes, as JSON."""
    members = {name: to_json_text(item[name]) for name in _SHOWN if name in item}
    names = sorted(name for name in item if name.startswith(ATTRIBUTE_PREFIX))
    if names:
        pairs = [{"M": {"name": {"S": name.removeprefix(ATTRIBUTE_PREFIX)}, "value": item[name]}} for name in names]
        members["attributes"] = to_json_text({"L": pairs})
    members["events"] = json.dumps(event_ids(item), ensure_ascii=False)
    return object_text(members)
