"""Requests of a client to the deployed stack."""

import json
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tools.contract import READ, SINGLE


@pytest.fixture(scope="session")
def submit(stack):
    """Posts a submission (a dict) or a body (bytes)."""
    return lambda body: stack.request("POST", SINGLE, body if isinstance(body, bytes) else json.dumps(body).encode())


@pytest.fixture(scope="session")
def read_back(stack):
    """Reads a conversation's record."""

    def get(conversation):
        answer = stack.request("GET", f"{READ}?{urlencode({'externalConversationId': conversation})}")
        assert answer.status == 200
        return answer.json()

    return get


@pytest.fixture
def conversation():
    """Returns the id of a new conversation."""
    return f"conversation-{uuid4()}"
