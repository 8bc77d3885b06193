"""One stack for all the tests here, and what a client of its API does."""

import json
import time
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from oracle import CANARY

from tools.local.api import MANY, READ, SINGLE, request
from tools.local.emulator import HOST
from tools.local.log import log_lines
from tools.local.sam_local import docker_hosts
from tools.local.stack import running


@pytest.fixture(scope="session")
def stack(tools):  # noqa: ARG001 -- the emulator is among them
    """The service, deployed. At the end nothing that was planted may be found in what the functions logged."""
    with running("tests", hosts=[HOST, *docker_hosts()]) as stack:
        yield stack
        told = "\n".join(line for name in stack.functions.values() for line in log_lines(name, stack.endpoint))
        assert "Stored" in told or not told
        assert CANARY not in told, "The functions' logs tell a value that was sent."
        assert stack.api_secret not in told, "The functions' logs tell a secret."


@pytest.fixture(scope="session")
def call(stack):
    """Sends any request; the stack's credentials go with it where no headers are given."""

    def send(method, path, body=None, headers=None):
        return request(stack, method, path, body, headers)

    return send


@pytest.fixture(scope="session")
def submit(call):
    """Posts a submission: a dict, or the bytes of a body."""

    def send(submission):
        return call("POST", SINGLE, submission if isinstance(submission, bytes) else json.dumps(submission).encode())

    return send


@pytest.fixture(scope="session")
def submit_many(call):
    """Posts a batch, and returns status and body."""

    def send(items):
        answer = call("POST", MANY, json.dumps({"items": items}).encode())
        return answer.status, answer.json()

    return send


@pytest.fixture(scope="session")
def read_back(call):
    """Gets a conversation's record."""

    def get(conversation):
        answer = call("GET", f"{READ}?{urlencode({'externalConversationId': conversation})}")
        assert answer.status == 200
        return answer.json()

    return get


@pytest.fixture(scope="session")
def logged(stack):
    """Waits for so many lines about a conversation in a function's log, and returns them."""

    def wait(function, conversation, count):
        deadline = time.monotonic() + 20
        lines = []
        while len(lines) < count and time.monotonic() < deadline:
            # The emulator writes lines of Lambda's own between them.
            told = [line for line in log_lines(stack.functions[function], stack.endpoint) if line.startswith("{")]
            lines = [line for line in map(json.loads, told) if line.get("externalConversationId") == conversation]
        assert len(lines) == count
        return lines

    return wait


@pytest.fixture
def conversation():
    """The id of a conversation that nobody has sent anything about."""
    return f"conversation-{uuid4()}"
