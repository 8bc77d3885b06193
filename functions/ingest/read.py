"""GET /metadata-ingestion/v1/convo-metadata: what is stored about one conversation."""

import json

from startup import loading

with loading():
    from ingest import store
    from ingest.entry import Entry
    from ingest.gateway import Json, member, respond, route
    from ingest.item import AttributeValue, Values
    from ingest.models import Submission
    from telemetry import record

FIELDS = (*Submission.model_fields, "createdAt", "updatedAt")


@route
def handle(event: Json, line: Json) -> Json:
    """Return the record of the conversation that a proxy event's query string names, as of now."""
    conversation_id = member(member(event, "queryStringParameters"), "externalConversationId")
    # An id is valid here exactly where it is valid in a submission.
    wanted = Entry({} if conversation_id is None else {"externalConversationId": conversation_id})
    if wanted.error:
        wanted.record(line)
        return respond(400, {"result": wanted.result()})
    line["externalConversationId"] = conversation_id
    item = store.get(conversation_id)
    record("Found", line)
    return respond(200, _record_text(item))


def _record_text(item: Values) -> str:
    """Return a stored item in the API's own shapes, as JSON."""
    members = {name: _text(item[name]) for name in FIELDS if name in item}
    if "attributes" in item:
        pairs = sorted(item["attributes"]["M"].items())
        members["attributes"] = _text({"L": [{"M": {"name": {"S": name}, "value": value}} for name, value in pairs]})
    events = sorted({token.rpartition("#")[0] for token in item["submissions"]["SS"]})
    members["events"] = json.dumps(events, ensure_ascii=False)
    return _object(members)


def _text(value: AttributeValue) -> str:
    """Return an attribute value as JSON. Numbers stay the digits that they are: a float would lose some."""
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return str(content)
        case "L":
            return f"[{', '.join(_text(element) for element in content)}]"
        case "M":
            return _object({name: _text(member) for name, member in content.items()})
        case "NULL":
            return "null"
        case _:
            return json.dumps(content, ensure_ascii=False)


def _object(members: dict[str, str]) -> str:
    pairs = (f"{json.dumps(name, ensure_ascii=False)}: {text}" for name, text in members.items())
    return f"{{{', '.join(pairs)}}}"
