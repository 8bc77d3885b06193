"""What the reliability tests share: a real server of DynamoDB's protocol, a proxy before it, a watch for leaks."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer
from hypothesis import Phase, settings
from oracle import Context, assert_untold, checked_response, event

import telemetry
from aws_client import CONFIG
from ingest import handler, store
from tools.local import emulated_aws as local_aws
from tools.local.emulator import emulating
from tools.local.programs import session_token

from .proxy import Proxy

# For whoever wants to know only whether a test fails, and not the least example of it.
settings.register_profile("unshrunk", settings.get_profile("repeatable"), phases=[Phase.generate])


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What a test has the functions log, and their libraries in Lambda: none of it may hold a planted value."""
    stream = StringIO()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", stream)
    monkeypatch.setattr(telemetry, "sys", SimpleNamespace(stdout=stream))
    libraries = logging.StreamHandler(stream)
    logging.getLogger().addHandler(libraries)
    yield stream
    logging.getLogger().removeHandler(libraries)
    assert_untold(stream.getvalue(), "The log")


@pytest.fixture(scope="session")
def emulator(tools: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:  # noqa: ARG001 -- it is one of them
    """An emulator of AWS as a server of its own: moto is not atomic when writes race."""
    with emulating(tmp_path_factory.mktemp("emulator"), None) as endpoint, pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_SESSION_TOKEN", session_token())
        # boto3's default session keeps the credentials of its first client, which a function made when it was imported.
        environment.setattr(boto3, "DEFAULT_SESSION", None)
        yield endpoint


@dataclass(frozen=True)
class Conversations:
    """The table, read past every proxy and fault."""

    client: Any
    name: str

    def item(self, conversation: str) -> dict[str, Any]:
        """Return a conversation's item in plain values, empty where there is none."""
        key = {"externalConversationId": {"S": conversation}}
        answer = self.client.get_item(TableName=self.name, Key=key, ConsistentRead=True)
        return {name: TypeDeserializer().deserialize(value) for name, value in answer.get("Item", {}).items()}


@pytest.fixture(scope="session")
def conversations(emulator: str, template: dict[str, Any]) -> Conversations:
    """The emulator's table, made as the template says."""
    declared = template["Resources"]["Table"]["Properties"]
    made_of = ("KeySchema", "AttributeDefinitions", "BillingMode")
    client = local_aws.client("dynamodb", emulator)
    client.create_table(TableName=store.TABLE_NAME, **{name: declared[name] for name in made_of})
    return Conversations(client, store.TABLE_NAME)


@pytest.fixture
def proxy(emulator: str) -> Iterator[Proxy]:
    """A proxy before the emulator, without a fault."""
    with Proxy(emulator).serving() as proxy:
        yield proxy


def dynamodb_client(endpoint: str | None = None) -> Any:
    """Return a client that behaves as the functions' own does, at any endpoint."""
    return boto3.client("dynamodb", endpoint_url=endpoint, config=CONFIG)


class Service:
    """The ingest function in this process."""

    def submit(self, submission: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return status and body, which the contract knows."""
        return checked_response(handler.handle(event(submission), Context()))


@pytest.fixture
def service(proxy: Proxy, conversations: Conversations, monkeypatch: pytest.MonkeyPatch) -> Service:  # noqa: ARG001 -- the table must be there
    """The ingest function in this process, which reaches its table through the proxy."""
    monkeypatch.setattr(store, "_dynamodb", dynamodb_client(proxy.endpoint))
    return Service()
