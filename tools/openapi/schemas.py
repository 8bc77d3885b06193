"""The schemas: submissions and conversations from their model, results from the errors' tree."""

from typing import Any

from ingest.errors import NotFoundError, ServiceError
from ingest.limits import MAX_ENTRIES, MAX_ID, MAX_NAME, MAX_OBJECTS, MAX_PAIRS, MAX_STRING
from ingest.models import Submission

Json = dict[str, Any]

ERRORS: list[type[ServiceError]] = [ServiceError, *ServiceError.__subclasses__()]
# What a submission can fail with. It is never looked up, so it is never not found.
FAILURES = sorted(error.failure for error in ERRORS if error is not NotFoundError)

_ID = "externalConversationId"
_STRING = {"type": "string"}
_NAME = {"type": "string", "minLength": 1, "maxLength": MAX_NAME}
_EVENT_ID = {"type": "string", "minLength": 1, "maxLength": MAX_ID}
_TIME = {"type": "string", "format": "date-time", "description": "ISO 8601, UTC, milliseconds."}


def schemas() -> Json:
    """Return the document's schemas by name."""
    fields, named = _fields()
    return {
        "Submission": _submission(fields),
        "Submissions": _object(items=_array("Submission", MAX_ENTRIES)),
        **named,
        "Attribute": {
            "type": "object",
            "description": "With `value` and one of `name` and `key`, in any case: one attribute, and what else stands "
            f"here is ignored. Any other object: the pairs that it holds. {MAX_PAIRS} pairs in all.",
            "maxProperties": MAX_PAIRS,
            "propertyNames": {"minLength": 1, "maxLength": MAX_NAME},
            "properties": {"name": _NAME, "key": _NAME, "value": _reference("Value")},
            "additionalProperties": _reference("Value"),
        },
        # Without a type, so that any is allowed. The length counts for strings only.
        "Value": {
            "description": f"Any JSON value that DynamoDB can hold; a string in it has at most {MAX_STRING} characters."
            " null says nothing.",
            "maxLength": MAX_STRING,
        },
        "Answer": _object(result=_reference("Result")),
        "Results": _with_ignored_fields(
            _object(errorCount={"type": "integer", "minimum": 0}, results=_array("Result", MAX_ENTRIES)),
            "Members beside `items`: accepted, and not stored.",
        ),
        "Result": _result(),
        "Conversation": _conversation(fields),
        "StoredAttribute": _object(name=_NAME, value=_reference("Value")),
        "Error": _object(error=_reference("ErrorDetail")),
        "ErrorDetail": _object(requestId=_STRING, code=_STRING | {"pattern": r"^\d{3}-\d{2}$"}, message=_STRING),
    }


def _reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**members: Json) -> Json:
    return {"type": "object", "required": list(members), "properties": members}


def _array(element: str, longest: int) -> Json:
    return {"type": "array", "minItems": 1, "maxItems": longest, "items": _reference(element)}


def _with_ignored_fields(schema: Json, description: str) -> Json:
    names = {"type": "array", "minItems": 1, "items": _STRING, "description": description}
    return schema | {"properties": schema["properties"] | {"ignoredFields": names}}


def _fields() -> tuple[Json, Json]:
    """Return the schema of each field where it is not null, and those schemas that fields refer to, by name."""
    fields: Json = {}
    named: Json = {}
    for name, given in Submission.model_json_schema()["properties"].items():
        # Where a field may be null, that is the second of two alternatives.
        schema = given.get("anyOf", [given])[0]
        field = {word: value for word, value in schema.items() if word not in {"title", "description"}}
        # Generators of clients would name an enum after its place.
        if "enum" in field or name == _ID:
            component = name[0].upper() + name[1:]
            named[component] = field
            field = _reference(component)
        fields[name] = field | {"description": given["description"]}
    return fields, named


def _submission(fields: Json) -> Json:
    attributes = {"type": "array", "maxItems": MAX_OBJECTS, "items": _reference("Attribute")}
    given = fields | {"attributes": fields["attributes"] | attributes}
    return {
        "type": "object",
        "description": 'Metadata about one conversation. null means "not given": it never clears what is stored. '
        "Fields that are not listed here are accepted, not stored, and named in the response.",
        "required": [_ID],
        "properties": {name: field if name == _ID else _or_null(field) for name, field in given.items()},
    }


def _or_null(field: Json) -> Json:
    if "type" in field:
        return field | {"type": [field["type"], "null"]}
    return {"anyOf": [{"$ref": field["$ref"]}, {"type": "null"}], "description": field["description"]}


def _result() -> Json:
    event_id = _EVENT_ID | {"description": "The submission's own event id where it is a usable one, else a new one."}
    error = {
        "type": "string",
        "pattern": rf"^$|^({'|'.join(FAILURES)}): ERROR: ",
        "description": "Empty where it is stored.",
    }
    return _with_ignored_fields(
        _object(eventId=event_id, error=error),
        "What was accepted and not stored: fields that the contract does not know, and of an attribute what is neither "
        "its name nor its value (`attributes[0].type`), or a value that lost to a later one of the same name.",
    )


def _conversation(fields: Json) -> Json:
    events = {"type": "array", "minItems": 1, "items": _EVENT_ID}
    attributes = {"type": "array", "items": _reference("StoredAttribute")}
    own = {
        "eventId": _EVENT_ID | {"description": "The event id of the submission that was applied last."},
        "attributes": attributes | {"description": "Name and value of each attribute, sorted by name."},
        "createdAt": _TIME,
        "updatedAt": _TIME,
        "updatedBy": _STRING | {"description": "The api id of the client that sent it."},
        "events": events | {"description": "The event ids of all submissions that were applied."},
    }
    required = [_ID, "eventId", "createdAt", "updatedAt", "updatedBy", "events"]
    return {"type": "object", "required": required, "properties": fields | own}
