"""Shows what the service does: it stores a submission and a batch, and reads a conversation back."""

import json
import shlex
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from urllib.request import getproxies, proxy_bypass

from boto3.dynamodb.types import TypeDeserializer

from tools.contract import MANY, READ, SINGLE
from tools.errors import CommandError
from tools.local.emulated_aws import client
from tools.local.emulator import HOST
from tools.local.event import read_event
from tools.local.log import log_lines
from tools.local.programs import ROOT
from tools.local.stack import Stack
from tools.local.step import step

_EVENTS = ROOT / "events"


def show(stack: Stack) -> None:
    """Send a sample over every route. Print the requests, the responses and the stored item.

    Raise CommandError if the service does not accept a sample.
    """
    sample = _body("stored-full")
    conversation = sample["externalConversationId"]
    _send(stack, "Sending a submission", "POST", SINGLE, sample)
    print(f"Stored in {stack.table_name}:\n{_format(_item(stack, conversation))}\n")
    _send(stack, "Sending a batch", "POST", MANY, _body("many-stored"))
    query = urlencode({"externalConversationId": conversation})
    _send(stack, "Reading the conversation back", "GET", f"{READ}?{query}")


def curl(stack: Stack) -> str:
    """Return a shell command that sends a small submission."""
    body = json.dumps({"externalConversationId": "my-conversation", "platform": "WEB", "lobName": "support"})
    headers = {"Content-Type": "application/json"} | stack.credentials
    options = [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    if "http" in getproxies() and not proxy_bypass(HOST):
        options.append(f"--noproxy {HOST}")
    return " \\\n  ".join([f"curl -i {shlex.quote(stack.url + SINGLE)}", *options, f"-d {shlex.quote(body)}"])


def _send(stack: Stack, description: str, method: str, path: str, body: object = None) -> None:
    content = None if body is None else json.dumps(body).encode()
    with step(description):
        response = stack.request(method, path, content)
    sent = "" if body is None else f"\n{_format(body)}"
    print(f"\n{method} {path}{sent}\n\n{response.status} {_format(response.json())}\n", flush=True)
    if response.status != HTTPStatus.OK:
        lines = [line for function in stack.functions.values() for line in log_lines(function, stack.url)]
        logs = "\n".join(lines)
        raise CommandError(f"The service did not accept the sample. Emulator log: {stack.log}. Function logs:\n{logs}")


def _body(event: str) -> Any:
    return json.loads(read_event(_EVENTS / f"{event}.json")["body"])


def _item(stack: Stack, conversation: str) -> dict[str, Any]:
    """Return a conversation's item as Python values."""
    key = {"externalConversationId": {"S": conversation}}
    table = client("dynamodb", stack.url)
    item = table.get_item(TableName=stack.table_name, Key=key, ConsistentRead=True)["Item"]
    return {name: TypeDeserializer().deserialize(value) for name, value in item.items()}


def _format(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    """Return what JSON has instead of DynamoDB's sets and decimal numbers."""
    return sorted(value) if isinstance(value, set) else json.loads(str(value))
