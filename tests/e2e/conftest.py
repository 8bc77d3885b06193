"""What a client of the deployed stack does, and what its operator sees of that."""

import json
import time
from types import SimpleNamespace
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tools.local.api import READ, SINGLE, request
from tools.local.log import follow


@pytest.fixture(scope="session")
def call(stack):
    """Sends any request; the stack's credentials go with it where no headers are given."""
    return lambda method, path, body=None, headers=None: request(stack, method, path, body, headers)


@pytest.fixture(scope="session")
def submit(call):
    """Posts a submission: a dict, or the bytes of a body."""

    def send(submission):
        return call("POST", SINGLE, submission if isinstance(submission, bytes) else json.dumps(submission).encode())

    return send


@pytest.fixture(scope="session")
def read_back(call):
    """Gets a conversation's record."""

    def get(conversation):
        answer = call("GET", f"{READ}?{urlencode({'externalConversationId': conversation})}")
        assert answer.status == 200
        return answer.json()

    return get


@pytest.fixture
def conversation():
    """The id of a conversation that nobody has sent anything about."""
    return f"conversation-{uuid4()}"


@pytest.fixture
def followed(stack, monkeypatch):
    """Follows the functions' log up to the next line that holds a text; none on the way may be of Lambda's own."""
    deadline = time.monotonic() + 30
    sleep = time.sleep

    def pause(_):
        assert time.monotonic() < deadline, "The line did not appear."
        sleep(0.05)

    monkeypatch.setattr("tools.local.log.time", SimpleNamespace(sleep=pause))
    lines = follow(stack.functions.values(), stack.endpoint)

    def find(text):
        for line in lines:
            assert "RequestId:" not in line
            if text in line:
                break
        return line

    return find
