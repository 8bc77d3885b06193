"""What a client of the deployed stack does."""

import json
from functools import partial
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tools.local.api import READ, SINGLE, request


@pytest.fixture(scope="session")
def call(stack):
    """Sends any request; the stack's credentials go with it where no headers are given."""
    return partial(request, stack)


@pytest.fixture(scope="session")
def submit(call):
    """Posts a submission: a dict, or the bytes of a body."""
    return lambda given: call("POST", SINGLE, given if isinstance(given, bytes) else json.dumps(given).encode())


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
