"""Shared by the reliability tests: a server of DynamoDB's protocol, a proxy in front of it, a check for leaks."""

import logging
from io import StringIO
from types import SimpleNamespace

import boto3
import pytest
from oracle import Context, checked_response, event

import telemetry
from ingest import single, store
from tests.conftest import Table
from tools.contract import assert_untold
from tools.local import emulated_aws as local_aws
from tools.local.emulator import emulating
from tools.local.programs import session_token

from .proxy import Proxy
from .runtime import dynamodb_client


@pytest.fixture(autouse=True)
def check_log(monkeypatch):
    """Checks that the functions and their libraries have logged no planted value since the check before."""
    stream = StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", stream)
    monkeypatch.setattr(telemetry, "sys", SimpleNamespace(stdout=stream))
    libraries = logging.StreamHandler(stream)
    logging.getLogger().addHandler(libraries)

    def check():
        logged = stream.getvalue()
        stream.seek(0)
        stream.truncate()
        assert_untold(logged, "The log")

    yield check
    logging.getLogger().removeHandler(libraries)
    check()


@pytest.fixture(scope="session")
def emulator(tools, tmp_path_factory):  # noqa: ARG001 -- it is one of them
    """An emulator of AWS in a separate process, because moto is not atomic when writes race."""
    with emulating(tmp_path_factory.mktemp("emulator"), None) as endpoint, pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_SESSION_TOKEN", session_token())
        # boto3's default session keeps the credentials of its first client, created when the functions were imported.
        environment.setattr(boto3, "DEFAULT_SESSION", None)
        yield endpoint


@pytest.fixture(scope="session")
def item_of(emulator):
    """Reads a conversation's item without the proxy, as plain values; empty if there is no item."""
    table = Table(local_aws.client("dynamodb", emulator), store.TABLE_NAME)
    return lambda conversation: table.item(conversation) or {}


@pytest.fixture(scope="module")
def proxy(emulator):
    """A proxy in front of the emulator, without faults."""
    with Proxy(emulator).serving() as proxy:
        yield proxy


@pytest.fixture
def submit(proxy, item_of, monkeypatch):  # noqa: ARG001 -- the table must be there
    """Sends a submission to the function in this process, which reaches its table through the proxy."""
    monkeypatch.setattr(store, "_dynamodb", dynamodb_client(proxy.endpoint))
    return lambda submission: checked_response(single.handle(event(submission), Context()))
