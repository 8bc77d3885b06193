"""The files in `events/`, and sending one of them to a deployed function."""

import json
from pathlib import Path
from typing import Any

from tools.local.api import MANY, READ, SINGLE
from tools.local.deployment import functions
from tools.local.emulated_aws import client
from tools.local.errors import StackError

ALIAS = "live"

# What the events say instead of a secret.
_EXAMPLE_SECRET = "an-example-and-nobodys-secret"  # noqa: S105 -- it opens nothing

_AUTHORIZER = "Authorizer"
_FUNCTIONS = {SINGLE: "Ingest", MANY: "Many", READ: "Read"}


def read_event(file: Path) -> dict[str, Any]:
    """Return the event in `file`; raise StackError if there is none."""
    try:
        return dict(json.loads(file.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise StackError(f"{file} holds no event ({error}): choose a file of events/.") from error


def function_for(event: dict[str, Any], named: str | None = None) -> str:
    """Return `named`, or the function that API Gateway would give the event to; raise StackError if there is none."""
    routed = _AUTHORIZER if event.get("type") == "REQUEST" else _FUNCTIONS.get(str(event.get("resource")))
    function = str(named or routed)
    names = [*_FUNCTIONS.values(), _AUTHORIZER]
    if function not in names:
        raise StackError(f"The event names no route, or there is no {function}: say FUNCTION={'|'.join(names)}.")
    return function


def invoke(event: dict[str, Any], function: str, api_secret: str, endpoint: str) -> str:
    """Return what the deployed function answers to the event, as text.

    The event gets the stack's secret where it has the example's.
    """
    payload = json.dumps(event).replace(_EXAMPLE_SECRET, json.dumps(api_secret)[1:-1])
    name = functions(endpoint)[f"{function}Function"]
    response = client("lambda", endpoint).invoke(FunctionName=name, Qualifier=ALIAS, Payload=payload)
    answer = json.load(response["Payload"])
    if "FunctionError" not in response:
        return json.dumps(answer, indent=2, ensure_ascii=False)
    # Of this error, and of no other, API Gateway makes a 401.
    if function == _AUTHORIZER and answer.get("errorMessage") == "Unauthorized":
        return "denied: 401"
    raise StackError(f"The function failed: {json.dumps(answer)}")
