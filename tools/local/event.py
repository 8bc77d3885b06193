"""The files in `events/`, and sending one of them to a deployed function."""

import json
from pathlib import Path
from typing import Any

from botocore.exceptions import EndpointConnectionError

from tools.local.api import MANY, READ, SINGLE
from tools.local.deployment import outputs
from tools.local.emulated_aws import client
from tools.local.errors import StackError

ALIAS = "live"

_FUNCTIONS = {SINGLE: "Ingest", MANY: "Many", READ: "Read"}


def read_event(file: Path) -> dict[str, Any]:
    """Return the event in `file`; raise StackError if there is none."""
    try:
        event = json.loads(file.read_text())
    except OSError as error:
        raise StackError(f"{file} can't be read ({error.strerror}): choose a file of events/.") from error
    except ValueError as error:
        raise StackError(f"{file} is not JSON ({error}).") from error
    if not isinstance(event, dict):
        raise StackError(f"{file} is not an event: it should hold a JSON object.")
    return event


def function_for(event: dict[str, Any]) -> str:
    """Return the name of the function that API Gateway would give the event to; raise StackError if there is none."""
    if event.get("type") == "REQUEST":
        return "Authorizer"
    try:
        return _FUNCTIONS[event["resource"]]
    except KeyError as error:
        raise StackError("The event names no route of the API as its resource: say FUNCTION=.") from error


def invoke(event: dict[str, Any], function: str, endpoint: str) -> Any:
    """Return what the deployed function answers."""
    try:
        name = outputs(endpoint)[f"{function}FunctionName"]
    except EndpointConnectionError as error:
        raise StackError("The local stack is not running any more: start it with 'make serve'.") from error
    except KeyError as error:
        raise StackError(f"There is no function {function}: choose Ingest, Many, Read or Authorizer.") from error
    answer = client("lambda", endpoint).invoke(FunctionName=name, Qualifier=ALIAS, Payload=json.dumps(event))
    payload = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise StackError(f"The function failed: {json.dumps(payload)}")
    return payload
