"""The parts of the schemas that come from the code: fields, enums, limits, and failures."""

from typing import Any

from ingest.errors import NotFoundError, ServiceError
from ingest.limits import MAX_ENTRIES, MAX_ID, MAX_NAME, MAX_OBJECTS, MAX_PAIRS, MAX_STRING
from ingest.models import Submission

Json = dict[str, Any]

ERRORS: list[type[ServiceError]] = [ServiceError, *ServiceError.__subclasses__()]
# A submission's failures. Only reading can fail with NotFoundError.
FAILURES = sorted(error.failure for error in ERRORS if error is not NotFoundError)

_ID = "externalConversationId"
# Fields that only a record has, or has in another form than a submission.
_OF_RECORDS = ("eventId", "attributes", "createdAt", "updatedAt", "updatedBy", "events")


def write_schemas(schemas: Json) -> None:
    """Update the document's schemas."""
    fields = _write_fields(schemas)
    record = schemas["Conversation"]["properties"]
    schemas["Conversation"]["properties"] = fields | {name: record[name] for name in _OF_RECORDS}
    fields["attributes"] |= {"maxItems": MAX_OBJECTS, "items": _reference("Attribute")}
    schemas["Submission"]["properties"] = {
        name: field if name == _ID else _or_null(field) for name, field in fields.items()
    }
    schemas["EventId"]["maxLength"] = MAX_ID
    schemas["Name"]["maxLength"] = MAX_NAME
    schemas["Value"]["maxLength"] = MAX_STRING
    schemas["Attribute"]["maxProperties"] = MAX_PAIRS
    schemas["Submissions"]["properties"]["items"]["maxItems"] = MAX_ENTRIES
    schemas["Results"]["properties"]["results"]["maxItems"] = MAX_ENTRIES
    schemas["Result"]["properties"]["error"]["pattern"] = rf"^$|^({'|'.join(FAILURES)}): ERROR: "


def _write_fields(schemas: Json) -> Json:
    """Return the schema of each field without null. Update the schemas that they refer to."""
    fields: Json = {}
    for name, declared in Submission.model_json_schema()["properties"].items():
        # An optional field's second alternative is null.
        schema = declared.get("anyOf", [declared])[0]
        field = {word: value for word, value in schema.items() if word not in {"title", "description"}}
        # A component, because client generators name an inline enum after its position.
        if "enum" in field or name == _ID:
            component = name[0].upper() + name[1:]
            schemas[component] = field
            field = _reference(component)
        fields[name] = field | {"description": declared["description"]}
    return fields


def _or_null(field: Json) -> Json:
    if "type" in field:
        return field | {"type": [field["type"], "null"]}
    return {"anyOf": [{"$ref": field["$ref"]}, {"type": "null"}], "description": field["description"]}


def _reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}
