"""Reads the files in `events/`, and sends one of them to a deployed function."""

import json
from pathlib import Path
from typing import Any

from tools.contract import MANY, READ, SINGLE
from tools.errors import CommandError
from tools.local.deployment import functions
from tools.local.emulated_aws import client

ALIAS = "live"

# The events contain this text instead of a secret.
_EXAMPLE_SECRET = "an-example-and-nobodys-secret"  # noqa: S105 -- it opens nothing

_AUTHORIZER = "Authorizer"
_FUNCTIONS = {SINGLE: "Ingest", MANY: "Many", READ: "Read"}
_NAMES = "Ingest, Many, Read, or Authorizer"


def read_event(file: Path) -> dict[str, Any]:
    """Return the event in a file. Raise CommandError if it has none."""
    try:
        return dict(json.loads(file.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise CommandError(f"Can't read an event from {file} ({error}). Choose a file in events/.") from error


def function_for(event: dict[str, Any], name: str | None = None) -> str:
    """Return `name`, or the function that API Gateway would invoke. Raise CommandError for another function's event."""
    is_authorizers = event.get("type") == "REQUEST" and "methodArn" in event
    routed = _AUTHORIZER if is_authorizers else _FUNCTIONS.get(str(event.get("resource")))
    function = name or routed
    if function is None:
        raise CommandError(f"The event matches no route. Add FUNCTION={_NAMES}.")
    if function not in {*_FUNCTIONS.values(), _AUTHORIZER}:
        raise CommandError(f"Unknown function {function}. Use {_NAMES}.")
    if is_authorizers != (function == _AUTHORIZER):
        raise CommandError(f"The event is not one of {function}'s. Choose another event, or another FUNCTION.")
    return function


def invoke(event: dict[str, Any], function: str, api_secret: str, endpoint: str) -> str:
    """Return the deployed function's response to the event, as text.

    The stack's secret replaces the example's.
    """
    payload = json.dumps(event).replace(_EXAMPLE_SECRET, json.dumps(api_secret)[1:-1])
    name = functions(endpoint)[f"{function}Function"]
    response = client("lambda", endpoint).invoke(FunctionName=name, Qualifier=ALIAS, Payload=payload)
    result = json.load(response["Payload"])
    if "FunctionError" not in response:
        return json.dumps(result, indent=2, ensure_ascii=False)
    # API Gateway turns this error, and no other, into a 401.
    if function == _AUTHORIZER and result.get("errorMessage") == "Unauthorized":
        return "401 Unauthorized"
    raise CommandError(f"The function raised an error: {json.dumps(result)}")
