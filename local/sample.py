"""Sends the sample submission to a running stack, and shows what becomes of it."""

import json
import shlex
import urllib.request
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError

from boto3.dynamodb.types import TypeDeserializer

from local.aws import client
from local.errors import StackError
from local.event import read_event
from local.log import log_lines
from local.process import last_lines
from local.stack import Stack
from local.step import step
from local.tools import ROOT

ROUTE = "/metadata-ingestion/v1/single-convo-metadata"
_EVENT = ROOT / "events/stored-full.json"
_SECONDS_TO_ANSWER = 60

# Straight to the loopback address, also where the environment names a proxy.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send_sample(stack: Stack) -> None:
    """POST the sample; print request, status, response and the stored item.

    Raise StackError if the service doesn't accept it.
    """
    body: str = read_event(_EVENT)["body"]
    with step("Sending the sample submission"):
        status, response = post(stack, body)
    print(f"\nPOST {ROUTE}\n{_pretty(json.loads(body))}")
    print(f"\n{status}\n{_pretty(json.loads(response))}")
    if status != HTTPStatus.OK:
        raise StackError(f"The sample was not accepted. What was logged:\n{_logged(stack)}")
    print(f"\nStored in {stack.table_name}\n{_pretty(stored_item(stack, json.loads(body)))}\n")


def post(stack: Stack, body: str) -> tuple[int, str]:
    """POST `body` with the stack's credentials; return status and response."""
    url = stack.url + ROUTE
    request = urllib.request.Request(url, body.encode(), _headers(stack))  # noqa: S310 -- the stack's own URL
    try:
        with _opener.open(request, timeout=_SECONDS_TO_ANSWER) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def stored_item(stack: Stack, submission: dict[str, Any]) -> dict[str, Any]:
    """Return the item of the submission's conversation, in plain Python values."""
    key = {"externalConversationId": {"S": submission["externalConversationId"]}}
    table = client("dynamodb", stack.endpoint)
    answer = table.get_item(TableName=stack.table_name, Key=key, ConsistentRead=True)
    return {name: TypeDeserializer().deserialize(value) for name, value in answer["Item"].items()}


def curl(stack: Stack) -> str:
    """Return a command that sends a small submission, ready to be pasted into a shell."""
    body = json.dumps({"externalConversationId": "my-conversation", "platform": "WEB", "lobName": "support"})
    options = [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in _headers(stack).items()]
    return " \\\n  ".join([f"curl -i {shlex.quote(stack.url + ROUTE)}", *options, f"-d {shlex.quote(body)}"])


def _logged(stack: Stack) -> str:
    functions = [stack.authorizer_function, stack.ingest_function]
    lines = [line for function in functions for line in log_lines(function, stack.endpoint)]
    return "\n".join([*lines, f"The end of {stack.log}:", last_lines(stack.log)])


def _headers(stack: Stack) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "asapp-api-id": stack.api_id,
        "asapp-api-secret": stack.api_secret,
    }


def _pretty(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    """Return what JSON has for DynamoDB's sets and numbers."""
    if isinstance(value, set):
        return sorted(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value).__name__)
