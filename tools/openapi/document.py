"""The document: the routes, what each takes, and what each answers."""

import json
from pathlib import Path
from typing import Any

import yaml

from tools.openapi.responses import HEADERS, content, error_responses, response, responses
from tools.openapi.schemas import Json, schemas

ROOT = Path(__file__).parents[2]
FILE = ROOT / "openapi.yaml"
_BASE = "/metadata-ingestion/v1"
_LONGEST_LINE = 120
# Of the text that Python has for it: an object or a list of objects that reads well on one line.
_LONGEST_FLOW = 100

_DESCRIPTION = """\
Takes metadata about customer conversations, and gives it back.

**Each submission is applied exactly once.** Its identity is its `eventId` with its content: sent again, it changes
nothing, however late, and gets the same answer. After 429, 500 and 503 the same submission may be sent again without
risk. A submission without `eventId` gets a new one each time, so senders that retry should set it.

**A submission merges into its conversation**: a field that is given replaces its previous value, attributes merge by
name, and what is not given, or null, stays as it is.

**A 200 means durable**: it is sent after the write was acknowledged.

Bodies are UTF-8. Every answer says `Cache-Control: no-store`.
"""


def text() -> str:
    """Return the document as YAML."""
    return yaml.dump(document(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_LONGEST_LINE)


def samples() -> dict[str, Json]:
    """Return the events of the API's routes, by name."""
    events = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "events").glob("*.json"))}
    return {name: event for name, event in events.items() if "body" in event}


def document() -> Json:
    """Return the document as plain data."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Conversation metadata",
            "version": "1",
            "description": _DESCRIPTION,
            "contact": {"name": "Whoever operates the stack that you send to"},
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": _servers(),
        "tags": [
            {"name": "submissions", "description": "Send metadata."},
            {"name": "conversations", "description": "Read what is stored."},
        ],
        "security": [{"apiId": [], "apiSecret": []}],
        "paths": {
            f"{_BASE}/single-convo-metadata": {"post": _single()},
            f"{_BASE}/many-convo-metadata": {"post": _many()},
            f"{_BASE}/convo-metadata": {"get": _read()},
        },
        "components": {
            "schemas": schemas(),
            "responses": responses(),
            "headers": HEADERS,
            "securitySchemes": {
                "apiId": {"type": "apiKey", "in": "header", "name": "asapp-api-id"},
                "apiSecret": {"type": "apiKey", "in": "header", "name": "asapp-api-secret"},
            },
        },
    }


def _servers() -> list[Json]:
    api = {"default": "api-id", "description": "The stack's output ApiId."}
    domain = {"default": "api.example.com", "description": "The stack's parameter DomainName."}
    return [
        {
            "url": "https://{api}.execute-api.{region}.amazonaws.com/live",
            "description": "A stack's own address",
            "variables": {"api": api, "region": {"default": "us-east-1"}},
        },
        {"url": "https://{domain}", "description": "A stack with a custom domain", "variables": {"domain": domain}},
    ]


def _single() -> Json:
    submissions = {"the-least": _body("stored-minimal"), "every-field": _body("stored-full")}
    stored = {
        "stored": {"result": _result()},
        "stored-without-what-is-not-known": {"result": _result(ignoredFields=["attributes[0].type", "lobname"])},
    }
    refused = {
        "wrong-fields": {"result": _refusal("lobId: must be a string; platform: must be one of SMS, WEB, …")},
        "not-JSON": {"result": _refusal("body: must be a JSON object")},
    }
    return {
        "operationId": "submit",
        "tags": ["submissions"],
        "summary": "Submit metadata about one conversation",
        "description": "The submission merges into its conversation. Sent again it changes nothing, and gets the same "
        "answer.",
        "requestBody": {"required": True, "content": content("Submission", submissions)},
        "responses": {
            "200": response("It is stored, or was before.", "Answer", stored),
            "400": response("The submission is refused; every wrong field is named.", "Answer", refused),
            **error_responses(401, 403, 413, 429, 500, 503),
        },
    }


def _many() -> Json:
    results = {
        "one-stored-and-one-refused": [_result(), _refusal("externalConversationId: is required")],
        "one-to-be-sent-again": [_result(), _result("FAIL_THROTTLED: ERROR: Too Many Requests")],
    }
    no_items = [_refusal("items: must be an array of 1 to 1000 submissions")]
    return {
        "operationId": "submitMany",
        "tags": ["submissions"],
        "summary": "Submit metadata about up to a thousand conversations",
        "description": "Each entry is a submission on its own: one that is bad never spoils another, and entries about "
        "one conversation are applied in their order. Sending the whole batch again applies nothing twice.",
        "requestBody": {"required": True, "content": content("Submissions", {"three-entries": _body("many-stored")})},
        "responses": {
            "200": response(
                "At least one entry is stored. The results stand in the entries' order.",
                "Results",
                {name: {"errorCount": 1, "results": entries} for name, entries in results.items()},
            ),
            "400": response(
                "Every entry is refused, or there is none.",
                "Results",
                {"no-items": {"errorCount": 1, "results": no_items}},
            ),
            **error_responses(401, 403, 413, 429, 500, 503),
        },
    }


def _read() -> Json:
    conversation_id = schemas()["Submission"]["properties"]["externalConversationId"]
    parameter = {
        "name": "externalConversationId",
        "in": "query",
        "required": True,
        "description": "The conversation's id, percent-encoded.",
        "schema": {name: value for name, value in conversation_id.items() if name != "description"},
        "example": "chat-7f2c",
    }
    # What is stored once the batch of the other example is.
    time = "2026-01-02T03:04:05.678Z"
    first, second, _ = _body("many-stored")["items"]
    own = {"createdAt": time, "updatedAt": time, "updatedBy": "default-client"}
    record = {**first, **second, **own, "events": [first["eventId"], second["eventId"]]}
    no_id = {"no-id": {"result": _refusal("externalConversationId: is required")}}
    return {
        "operationId": "read",
        "tags": ["conversations"],
        "summary": "Read what is stored about one conversation",
        "description": "The merged record. It has everything that a 200 acknowledged before.",
        "parameters": [parameter],
        "responses": {
            "200": response("The merged record.", "Conversation", {"merged": record}),
            "400": response("The id is missing or not a usable one.", "Answer", no_id),
            **error_responses(401, 403, 404, 429, 500, 503),
        },
    }


def _body(event: str) -> Json:
    return dict(json.loads(samples()[event]["body"]))


def _result(error: str = "", **more: object) -> Json:
    return {"eventId": "evt-1", "error": error, **more}


def _refusal(reason: str) -> Json:
    return _result(f"FAIL_BAD_PARAMS: ERROR: {reason}")


class _Dumper(yaml.SafeDumper):
    """Writes what is short on one line, texts of several lines as such, and everything without anchors."""

    def ignore_aliases(self, _: Any) -> bool:
        return True

    def represent_data(self, data: Any) -> yaml.Node:
        node = super().represent_data(data)
        if isinstance(node, yaml.CollectionNode):
            node.flow_style = len(repr(data)) <= _LONGEST_FLOW or (isinstance(data, list) and isinstance(data[0], str))
        elif isinstance(node, yaml.ScalarNode) and "\n" in node.value:
            node.style = "|"
        return node
