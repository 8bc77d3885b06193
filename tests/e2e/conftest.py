"""Requests of a client to the deployed stack."""

import json
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tools.contract import READ, SINGLE


@pytest.fixture(scope="session")
def call(stack):
    """Sends a request, with the stack's credentials unless it has headers."""
    return stack.request


@pytest.fixture(scope="session")
def submit(call):
    """Posts a submission (a dict) or a body (bytes)."""
    return lambda given: call("POST", SINGLE, given if isinstance(given, bytes) else json.dumps(given).encode())


@pytest.fixture(scope="session")
def read_back(call):
    """Reads a conversation's record."""

    def get(conversation):
        answer = call("GET", f"{READ}?{urlencode({'externalConversationId': conversation})}")
        assert answer.status == 200
        return answer.json()

    return get


@pytest.fixture
def conversation():
    """Returns the id of a new conversation."""
    return f"conversation-{uuid4()}"
