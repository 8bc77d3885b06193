"""The document: the routes, what each takes, and what each answers."""

from pathlib import Path
from typing import Any

import yaml

from tools.openapi import examples
from tools.openapi.responses import HEADERS, content, error_responses, response, responses
from tools.openapi.schemas import Json, schemas

FILE = Path(__file__).parents[2] / "openapi.yaml"
BASE = "/metadata-ingestion/v1"

DESCRIPTION = """\
Takes metadata about customer conversations, and gives it back.

**Each submission is applied exactly once.** Its identity is its `eventId` with its content: sent again, it changes
nothing, however late, and gets the same answer. After 429, 500 and 503 the same submission may be sent again without
risk. A submission without `eventId` gets a new one each time, so senders that retry should set it.

**A submission merges into its conversation**: a field that is given replaces its previous value, attributes merge by
name, and what is not given, or null, stays as it is.

**A 200 means durable**: it is sent after the write was acknowledged.

Bodies are UTF-8. Every answer says `Cache-Control: no-store`.
"""
# Any operation can answer these, whatever was sent.
PASSING = (401, 403, 429, 500, 503)


def text() -> str:
    """Return the document as YAML."""
    return yaml.dump(document(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def document() -> Json:
    """Return the document as plain data."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Conversation metadata",
            "version": "1",
            "description": DESCRIPTION,
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
            f"{BASE}/single-convo-metadata": {"post": _single()},
            f"{BASE}/many-convo-metadata": {"post": _many()},
            f"{BASE}/convo-metadata": {"get": _read()},
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
    return {
        "operationId": "submit",
        "tags": ["submissions"],
        "summary": "Submit metadata about one conversation",
        "description": "The submission merges into its conversation. Sent again it changes nothing, and gets the same "
        "answer.",
        "requestBody": {"required": True, "content": content("Submission", examples.SUBMISSIONS)},
        "responses": {
            "200": response("It is stored, or was before.", "Answer", examples.STORED),
            "400": response("The submission is refused; every wrong field is named.", "Answer", examples.REFUSED),
        }
        | error_responses(413, *PASSING),
    }


def _many() -> Json:
    return {
        "operationId": "submitMany",
        "tags": ["submissions"],
        "summary": "Submit metadata about up to a thousand conversations",
        "description": "Each entry is a submission on its own: one that is bad never spoils another, and entries about "
        "one conversation are applied in their order. Sending the whole batch again applies nothing twice.",
        "requestBody": {"required": True, "content": content("Submissions", examples.BATCHES)},
        "responses": {
            "200": response(
                "At least one entry is stored. The results stand in the entries' order.", "Results", examples.RESULTS
            ),
            "400": response("Every entry is refused, or there is none.", "Results", examples.ALL_REFUSED),
        }
        | error_responses(413, *PASSING),
    }


def _read() -> Json:
    conversation_id = schemas()["Submission"]["properties"]["externalConversationId"]
    parameter = {
        "name": "externalConversationId",
        "in": "query",
        "required": True,
        "description": "The conversation's id, percent-encoded.",
        "schema": {name: value for name, value in conversation_id.items() if name != "description"},
        "example": "conversation-1",
    }
    return {
        "operationId": "read",
        "tags": ["conversations"],
        "summary": "Read what is stored about one conversation",
        "description": "The merged record. It has everything that a 200 acknowledged before.",
        "parameters": [parameter],
        "responses": {
            "200": response("The merged record.", "Conversation", examples.CONVERSATIONS),
            "400": response("The id is missing or not a usable one.", "Answer", examples.REFUSED_ID),
        }
        | error_responses(404, *PASSING),
    }


class _Dumper(yaml.SafeDumper):
    """Writes everything out, without anchors, and texts of several lines as such."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def _write_text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _write_text)
