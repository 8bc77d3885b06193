"""The schemas: submissions from their model, results and errors from the errors' tree."""

from typing import Any

from ingest.errors import NotFoundError, ServiceError
from ingest.limits import MAX_ENTRIES, MAX_ID, MAX_NAME, MAX_OBJECTS, MAX_PAIRS, MAX_STRING
from ingest.models import Submission

Json = dict[str, Any]

_NULL = {"type": "null"}
_NAME = {"type": "string", "minLength": 1, "maxLength": MAX_NAME}
# Without a type, so that any is allowed. The length counts for strings only.
_VALUE = {
    "description": f"Any JSON value that DynamoDB can hold; a string in it has at most {MAX_STRING} characters. "
    "null says nothing.",
    "maxLength": MAX_STRING,
}
_TIME = {"type": "string", "format": "date-time", "description": "ISO 8601, UTC, milliseconds."}
_EVENT_ID = {"type": "string", "minLength": 1, "maxLength": MAX_ID}


def schemas() -> Json:
    """Return the document's schemas by name."""
    submission, enums = _submission()
    return {
        "Submission": submission,
        "Submissions": _object(items=_array("Submission", MAX_ENTRIES)),
        **enums,
        "Attribute": _attribute(),
        "Answer": _object(result=reference("Result")),
        "Results": _with_ignored_fields(
            _object(errorCount={"type": "integer", "minimum": 0}, results=_array("Result", MAX_ENTRIES)),
            "Members beside `items`: accepted, and not stored.",
        ),
        "Result": _result(),
        "Conversation": _conversation(submission),
        "StoredAttribute": _object(name=_NAME, value=_VALUE),
        "Error": _object(error=reference("ErrorDetail")),
        "ErrorDetail": _object(
            requestId={"type": "string"},
            code={"type": "string", "pattern": r"^\d{3}-\d{2}$"},
            message={"type": "string"},
        ),
    }


def reference(name: str) -> Json:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def failures() -> list[str]:
    """Return the names of what a submission can fail with. It is never looked up, so it is never not found."""
    errors: list[type[ServiceError]] = [ServiceError, *ServiceError.__subclasses__()]
    return sorted(error.failure for error in errors if error is not NotFoundError)


def _object(**members: Json) -> Json:
    return {"type": "object", "required": list(members), "properties": members}


def _array(element: str, longest: int) -> Json:
    return {"type": "array", "minItems": 1, "maxItems": longest, "items": reference(element)}


def _with_ignored_fields(schema: Json, description: str) -> Json:
    names = {"type": "array", "minItems": 1, "items": {"type": "string"}, "description": description}
    return schema | {"properties": schema["properties"] | {"ignoredFields": names}}


def _result() -> Json:
    event_id = _EVENT_ID | {"description": "The submission's own event id where it is a usable one, else a new one."}
    error = {
        "type": "string",
        "pattern": rf"^$|^({'|'.join(failures())}): ERROR: ",
        "description": "Empty where it is stored.",
    }
    return _with_ignored_fields(
        _object(eventId=event_id, error=error),
        "What was accepted and not stored: fields that the contract does not know, and of an attribute what is neither "
        "its name nor its value (`attributes[0].type`), or a value that lost to a later one of the same name.",
    )


def _submission() -> tuple[Json, Json]:
    """Return the model's own schema, in which a field that is not required may be null, and its enums by name."""
    schema = Submission.model_json_schema()
    properties: Json = {}
    enums: Json = {}
    for name, given in schema["properties"].items():
        # Leave out what pydantic says of Python rather than of JSON.
        field = {word: value for word, value in given.items() if word not in {"title", "default"}}
        properties[name] = field
        if (values := field.get("anyOf", [{}])[0]) and "enum" in values:
            enum = name[0].upper() + name[1:]
            enums[enum] = values
            field["anyOf"] = [reference(enum), _NULL]
    attributes = {"type": "array", "maxItems": MAX_OBJECTS, "items": reference("Attribute")}
    properties["attributes"]["anyOf"] = [attributes, _NULL]
    submission = {
        "type": "object",
        "description": 'Metadata about one conversation. null means "not given": it never clears what is stored. '
        "Fields that are not listed here are accepted, not stored, and named in the response.",
        "required": schema["required"],
        "properties": properties,
    }
    return submission, enums


def _attribute() -> Json:
    description = (
        "With `value` and one of `name` and `key`, in any case: one attribute, and what else stands here is ignored. "
        f"Any other object: the pairs that it holds. {MAX_PAIRS} pairs in all."
    )
    return {
        "type": "object",
        "description": description,
        "maxProperties": MAX_PAIRS,
        "propertyNames": {"minLength": 1, "maxLength": MAX_NAME},
        "properties": {"name": _NAME, "key": _NAME, "value": _VALUE},
        "additionalProperties": _VALUE,
    }


def _conversation(submission: Json) -> Json:
    given = {name: _not_null(schema) for name, schema in submission["properties"].items()}
    own = {
        "eventId": _EVENT_ID | {"description": "The event id of the submission that was applied last."},
        "attributes": {
            "description": "Name and value of each attribute, sorted by name.",
            "type": "array",
            "items": reference("StoredAttribute"),
        },
        "createdAt": _TIME,
        "updatedAt": _TIME,
        "updatedBy": {"type": "string", "description": "The api id of the client that sent it."},
        "events": {
            "type": "array",
            "minItems": 1,
            "items": _EVENT_ID,
            "description": "The event ids of all submissions that were applied.",
        },
    }
    required = ["externalConversationId", "eventId", "createdAt", "updatedAt", "updatedBy", "events"]
    return {"type": "object", "required": required, "properties": given | own}


def _not_null(schema: Json) -> Json:
    alternatives = [each for each in schema.get("anyOf", ()) if each != _NULL]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return rest | (alternatives[0] if alternatives else {})
