"""The document: the routes, what each takes, and what each answers."""

from pathlib import Path
from typing import Any

import yaml

from ingest.errors import NotFoundError, ServiceError, ThrottledError, TooLargeError, UnavailableError
from ingest.limits import MAX_ID
from tools.openapi import examples
from tools.openapi.schemas import Json, reference, schemas

FILE = Path(__file__).parents[2] / "openapi.yaml"
BASE = "/metadata-ingestion/v1"

# Made by API Gateway, which the functions' own errors know nothing of.
UNAUTHORIZED = (
    401,
    "401-01",
    "Unauthorized",
    "A credential header is missing, or the id and secret are not a client's.",
)
FORBIDDEN = (403, "403-01", "Forbidden", "Refused by a policy or the firewall.")

DESCRIPTION = """\
Takes metadata about customer conversations, and gives it back.

**Each submission is applied exactly once.** Its identity is its `eventId` with its content: sent again, it changes
nothing, however late, and gets the same answer. After 429, 500 and 503 the same submission may be sent again without
risk. A submission without `eventId` gets a new one each time, so senders that retry should set it.

**A submission merges into its conversation**: a field that is given replaces its previous value, attributes merge by
name, and what is not given, or null, stays as it is.

**A 200 means durable**: it is sent after the write was acknowledged.
"""


def text() -> str:
    """Return the document as YAML."""
    return yaml.dump(document(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def document() -> Json:
    """Return the document as plain data."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Conversation metadata", "version": "1", "description": DESCRIPTION},
        "servers": [_server()],
        "security": [{"apiId": [], "apiSecret": []}],
        "paths": {
            f"{BASE}/single-convo-metadata": {"post": _single()},
            f"{BASE}/many-convo-metadata": {"post": _many()},
            f"{BASE}/convo-metadata": {"get": _read()},
        },
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "apiId": {"type": "apiKey", "in": "header", "name": "asapp-api-id"},
                "apiSecret": {"type": "apiKey", "in": "header", "name": "asapp-api-secret"},
            },
        },
    }


def _server() -> Json:
    variables = {
        "api": {"default": "api-id", "description": "The stack's output ApiId."},
        "region": {"default": "us-east-1"},
    }
    return {"url": "https://{api}.execute-api.{region}.amazonaws.com/live", "variables": variables}


def _single() -> Json:
    return {
        "operationId": "submit",
        "summary": "Submit metadata about one conversation",
        "requestBody": _body("Submission", examples.SUBMISSIONS),
        "responses": _responses(
            _response(200, "It is stored, or was before.", "Stored", examples.STORED),
            _response(400, "The submission is refused; every wrong field is named.", "Refused", examples.REFUSED),
            _error(TooLargeError, "The body has more than 256 KiB, or the record would outgrow 400 KB."),
            *_passing_errors(),
        ),
    }


def _many() -> Json:
    return {
        "operationId": "submitMany",
        "summary": "Submit metadata about up to a thousand conversations",
        "description": "Each item is a submission on its own: one that is bad never spoils another, and items about "
        "one conversation are applied in their order. Sending the whole batch again applies nothing twice.",
        "requestBody": _body("Submissions", examples.BATCHES),
        "responses": _responses(
            _response(
                200, "At least one item is stored. The results stand in the items' order.", "Results", examples.RESULTS
            ),
            _response(400, "Every item is refused, or there is none.", "Results", examples.ALL_REFUSED),
            _error(TooLargeError, "The body is too large: send fewer items."),
            *_passing_errors(),
        ),
    }


def _read() -> Json:
    conversation_id = {"type": "string", "minLength": 1, "maxLength": MAX_ID, "pattern": r"\S"}
    parameter = {
        "name": "externalConversationId",
        "in": "query",
        "required": True,
        "schema": conversation_id,
        "example": "conversation-1",
    }
    return {
        "operationId": "read",
        "summary": "Read what is stored about one conversation",
        "description": "It sees all that was acknowledged before.",
        "parameters": [parameter],
        "responses": _responses(
            _response(200, "The merged record.", "Conversation", examples.CONVERSATIONS),
            _response(400, "The id is missing or not a usable one.", "Refused", examples.REFUSED_ID),
            _error(NotFoundError, "Nothing is stored about this conversation."),
            *_passing_errors(),
        ),
    }


def _body(schema: str, given: Json) -> Json:
    return {"required": True, "content": _content(schema, given)}


def _content(schema: str, given: Json) -> Json:
    cases = {name.replace(" ", "-"): {"summary": name, "value": value} for name, value in given.items()}
    return {"application/json": {"schema": reference(schema), "examples": cases}}


Response = tuple[int, Json]


def _responses(*responses: Response) -> Json:
    return {str(status): response for status, response in sorted(responses, key=lambda each: each[0])}


def _response(status: int, description: str, schema: str, given: Json) -> Response:
    return status, {"description": description, "content": _content(schema, given)}


def _error(error: type[ServiceError], description: str) -> Response:
    status, response = _refusal(error.status, error.code, error.message, description)
    if error.retry_after:
        header = {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer", "minimum": 1}}
        response["headers"] = {"Retry-After": header}
    return status, response


def _refusal(status: int, code: str, message: str, description: str) -> Response:
    body = {"error": {"requestId": examples.REQUEST_ID, "code": code, "message": message}}
    status, response = _response(status, description, "Error", {message: body})
    narrowed = {"properties": {"error": {"properties": {"code": {"const": code}, "message": {"const": message}}}}}
    response["content"]["application/json"]["schema"] = {"allOf": [reference("Error"), narrowed]}
    return status, response


def _passing_errors() -> list[Response]:
    """Return the errors that any route can answer with, whatever was sent."""
    return [
        _refusal(*UNAUTHORIZED),
        _refusal(*FORBIDDEN),
        _error(ThrottledError, "Too many requests for API Gateway or DynamoDB: send it again later."),
        _error(ServiceError, "A defect of the service."),
        _error(UnavailableError, "DynamoDB is out of reach or too slow: send it again later."),
    ]


class _Dumper(yaml.SafeDumper):
    """Writes everything out, without anchors, and texts of several lines as such."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def _write_text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _write_text)
