"""The schemas: submissions from their model, results and errors from the errors' tree."""

from typing import Any

from ingest.errors import ServiceError
from ingest.limits import MAX_ID, MAX_NAME, MAX_OBJECTS, MAX_PAIRS, MAX_STRING
from ingest.models import Submission

Json = dict[str, Any]

# The limit of ingest.many, which can be imported only in a function's environment.
MAX_ITEMS = 1000

DESCRIPTIONS = {
    "externalConversationId": "Conversation id from the external chat or voice system.",
    "eventId": "Identifies the submission, together with its content. Where none is given, the service makes a UUID.",
    "lobId": "The id of the line of business.",
    "lobName": "The descriptive name of the line of business.",
    "groupId": "The id of the group that the agent belongs to.",
    "groupName": "The descriptive name of the group.",
    "agentRoutingCode": "The agent's routing attribute.",
    "campaign": "The activities related to the issue.",
    "deviceType": "The client's device type.",
    "platform": "The client's platform. WAB: WhatsApp Business.",
    "companySegment": "The company's segments that the issue belongs to.",
    "companySubdivision": "The company's subdivision that the issue belongs to.",
    "businessRule": "The business rule to use.",
    "entryType": "The way in which the issue was started and created in the system.",
    "operatingSystem": "The operating system from which the issue was entered.",
    "browserType": "The browser used.",
    "browserVersion": "The version of the browser used.",
    "attributes": f"Extra key-value pairs, {MAX_PAIRS} in all. A name that is given twice: the last one counts.",
}

_NAME = {"type": "string", "minLength": 1, "maxLength": MAX_NAME}
_VALUE = {
    "description": f"Any JSON value that DynamoDB can hold; a text has at most {MAX_STRING} characters. "
    "null says nothing.",
}
_TIME = {"type": "string", "format": "date-time", "description": "ISO 8601, UTC, milliseconds."}
_EVENT_ID = {"type": "string", "minLength": 1, "maxLength": MAX_ID}
_ID_IN_USE = _EVENT_ID | {"description": "The submission's own event id where it is a usable one, else a new one."}
_IGNORED = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "string"},
    "description": "Names of fields that the contract does not know: accepted, and not stored.",
}


def schemas() -> Json:
    """Return the document's schemas by name."""
    submission = _submission()
    return {
        "Submission": submission,
        "Attribute": _attribute(),
        "Submissions": _object(
            items={"type": "array", "minItems": 1, "maxItems": MAX_ITEMS, "items": reference("Submission")}
        ),
        "Stored": _object(result=_result({"const": ""})),
        "Refused": _object(result=_result(failure("FAIL_BAD_PARAMS"))),
        "Results": _object(
            errorCount={"type": "integer", "minimum": 0, "maximum": MAX_ITEMS},
            results={
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_ITEMS,
                "items": _result({"anyOf": [{"const": ""}, *map(failure, sorted(_failures()))]}),
            },
        ),
        "Conversation": _conversation(submission),
        "Error": _object(
            error=_object(requestId={"type": "string"}, code={"type": "string"}, message={"type": "string"})
        ),
    }


def reference(name: str) -> Json:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def failure(name: str) -> Json:
    """Return the schema of the text that names a failure."""
    return {"type": "string", "pattern": f"^{name}: ERROR: "}


def _failures() -> set[str]:
    """Return what an item of a batch can fail with. It is never looked up, so it is never not found."""
    errors: list[type[ServiceError]] = [ServiceError, *ServiceError.__subclasses__()]
    return {error.failure for error in errors} - {"FAIL_NOT_FOUND"}


def _object(**members: Json) -> Json:
    return {"type": "object", "required": list(members), "properties": members}


def _result(error: Json) -> Json:
    result = _object(eventId=_ID_IN_USE, error=error)
    result["properties"]["ignoredFields"] = _IGNORED
    return result


def _submission() -> Json:
    """Return the model's own schema, in which a field that is not required may be null."""
    schema = Submission.model_json_schema()
    properties: Json = {
        name: {"description": description} | _plain(schema["properties"][name])
        for name, description in DESCRIPTIONS.items()
    }
    # What the model holds of them is one map; this is what is sent.
    properties["attributes"] = {
        "description": DESCRIPTIONS["attributes"],
        "anyOf": [{"type": "array", "maxItems": MAX_OBJECTS, "items": reference("Attribute")}, {"type": "null"}],
    }
    return {
        "type": "object",
        "description": 'Metadata about one conversation. null means "not given": it never clears what is stored. '
        "Fields that are not listed here are accepted, not stored, and named in the response.",
        "required": schema["required"],
        "properties": properties,
    }


def _plain(schema: Json) -> Json:
    """Leave out what pydantic says of Python rather than of JSON."""
    return {name: value for name, value in schema.items() if name not in {"title", "default"}}


def _attribute() -> Json:
    return {
        "description": "A key-value pair, in either usual form; any other object is taken as the pairs that it holds.",
        "anyOf": [
            _object(name=_NAME, value=_VALUE) | {"maxProperties": 2},
            _object(key=_NAME, value=_VALUE) | {"maxProperties": 2},
            {"type": "object", "maxProperties": MAX_PAIRS, "propertyNames": _NAME, "additionalProperties": _VALUE},
        ],
    }


def _conversation(submission: Json) -> Json:
    given = {name: _not_null(schema) for name, schema in submission["properties"].items()}
    pairs = {"type": "array", "items": _object(name=_NAME, value=_VALUE)}
    own = {
        "eventId": _EVENT_ID | {"description": "The event id of the submission that was applied last."},
        "attributes": pairs | {"description": "Name and value of each attribute, sorted by name."},
        "createdAt": _TIME,
        "updatedAt": _TIME,
        "events": {
            "type": "array",
            "minItems": 1,
            "items": _EVENT_ID,
            "description": "The event ids of all submissions that were applied.",
        },
    }
    required = ["externalConversationId", "eventId", "createdAt", "updatedAt", "events"]
    return {"type": "object", "required": required, "properties": given | own}


def _not_null(schema: Json) -> Json:
    alternatives = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return rest | (alternatives[0] if alternatives else {})
