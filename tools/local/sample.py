"""Shows what the service does: a submission stored, several at once, and a conversation read back."""

import json
import shlex
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from boto3.dynamodb.types import TypeDeserializer

from tools.local.api import MANY, READ, SINGLE, credentials, request
from tools.local.emulated_aws import client
from tools.local.errors import StackError
from tools.local.event import read_event
from tools.local.layout import lay_out
from tools.local.log import log_lines
from tools.local.programs import ROOT
from tools.local.stack import Stack
from tools.local.step import step

_EVENTS = ROOT / "events"


def show(stack: Stack) -> None:
    """Send the samples over every route, printing request, answer and what is stored.

    Raise StackError if the service doesn't accept them.
    """
    sample = _body("stored-full")
    conversation = sample["externalConversationId"]
    _send(stack, "Sending a submission", "POST", SINGLE, sample)
    print(f"Stored in {stack.table_name}:\n{lay_out(_item(stack, conversation))}\n")
    _send(stack, "Sending several at once", "POST", MANY, _body("many-stored"))
    query = urlencode({"externalConversationId": conversation})
    _send(stack, "Reading the first conversation back", "GET", f"{READ}?{query}")


def curl(stack: Stack) -> str:
    """Return a command that sends a small submission, ready to be pasted into a shell."""
    body = json.dumps({"externalConversationId": "my-conversation", "platform": "WEB", "lobName": "support"})
    headers = {"Content-Type": "application/json"} | credentials(stack)
    options = [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    return " \\\n  ".join([f"curl -i {shlex.quote(stack.url + SINGLE)}", *options, f"-d {shlex.quote(body)}"])


def _send(stack: Stack, what: str, method: str, path: str, body: object = None) -> None:
    content = None if body is None else json.dumps(body).encode()
    with step(what):
        answer = request(stack, method, path, content)
    sent = "" if body is None else f"\n{lay_out(body)}"
    print(f"\n{method} {path}{sent}\n\n{answer.status} {lay_out(answer.json())}\n", flush=True)
    if answer.status != HTTPStatus.OK:
        lines = [line for function in stack.functions.values() for line in log_lines(function, stack.endpoint)]
        logged = "\n".join(lines)
        raise StackError(f"The sample was not accepted. The emulator's log is {stack.log}, the functions':\n{logged}")


def _body(event: str) -> Any:
    return json.loads(read_event(_EVENTS / f"{event}.json")["body"])


def _item(stack: Stack, conversation: str) -> dict[str, Any]:
    """Return a conversation's item, in plain Python values."""
    key = {"externalConversationId": {"S": conversation}}
    table = client("dynamodb", stack.endpoint)
    answer = table.get_item(TableName=stack.table_name, Key=key, ConsistentRead=True)
    return {name: TypeDeserializer().deserialize(value) for name, value in answer["Item"].items()}
