"""The authorizer fails closed under faults and hostile input, and the log has no secret."""

import json
import time
from itertools import repeat
from uuid import uuid4

import boto3
import pytest
from hypothesis import given
from oracle import Context

from authorizer import credentials
from authorizer.handler import handle
from aws_client import CONFIG
from tests.conftest import FUNCTIONS
from tools.contract import CANARY
from tools.local import emulated_aws as local_aws

from . import faults
from .hostile import hostile_events
from .proxy import Fault
from .size import examples

REQUEST = {
    "headers": {"ASAPP-Api-Id": "client", "asapp-api-secret": f"{CANARY}-secret"},
    "methodArn": "arn:aws:execute-api:us-east-1:123456789012:api/live/POST/route",
}
FAULTS: dict[str, Fault] = {
    "hang": faults.hanging,
    "reset": faults.resetting,
    "half an answer": faults.half_an_answer,
    "garbled answer": faults.garbled,
} | {code: faults.refusing(code) for code in ("AccessDeniedException", "DecryptionFailure", "ThrottlingException")}


@pytest.fixture(autouse=True)
def secret(emulator, proxy, monkeypatch):
    """The name of a secret with one client, which the authorizer has not read yet and reaches through the proxy."""
    name = str(uuid4())
    clients = json.dumps({"client": f"{CANARY}-secret"})
    local_aws.client("secretsmanager", emulator).create_secret(Name=name, SecretString=clients)
    client = boto3.client("secretsmanager", endpoint_url=proxy.endpoint, config=CONFIG)
    monkeypatch.setattr(credentials, "_provider", credentials.SecretsProvider(boto3_client=client))
    monkeypatch.setattr(credentials, "SECRET_ARN", name)
    return name


@pytest.mark.parametrize("name", FAULTS)
def test_nobody_gets_in_while_the_secret_cannot_be_read(secret, proxy, name):
    proxy.inject(secret, repeat(FAULTS[name]))
    start = time.monotonic()
    with pytest.raises(Exception) as failure:  # noqa: PT011 -- any but Unauthorized
        handle(REQUEST, Context())
    assert time.monotonic() - start < FUNCTIONS["AuthorizerFunction"]["Timeout"]
    # A client must not think that its secret is wrong.
    assert str(failure.value) != "Unauthorized"
    proxy.inject(secret, ())
    assert handle(REQUEST, Context())["principalId"] == "client"


def test_hostile_events_let_nobody_in(check_log, record_property):
    events = examples(500, 20_000)

    @events
    @given(hostile_events)
    def send(event):
        # API Gateway returns 401 or 500 for any exception.
        with pytest.raises(Exception):  # noqa: B017, PT011 -- any
            handle(event, Context())
        check_log()

    send()
    record_property("events", events.max_examples)
