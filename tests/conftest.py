"""Shared by all suites: the functions' environment, the template, events, the deployed stack, and moto's AWS."""

import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

# moto first: it can mock only the clients that are created after its import.
from moto import mock_aws  # isort: split

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer
from botocore.client import BaseClient
from hypothesis import Phase, settings
from oracle import Answer, Context, checked_response

from tools.command import run
from tools.contract import assert_untold
from tools.local.emulator import HOST
from tools.local.log import log_lines
from tools.local.sam_local import docker_hosts
from tools.local.stack import Stack, running
from tools.template import load

ROOT = Path(__file__).parents[1]

Json = dict[str, Any]

# The functions and botocore read their environment at import, so the developer's own variables are removed.
for _name in [name for name in os.environ if name.startswith(("AWS_", "POWERTOOLS_"))]:
    del os.environ[_name]
os.environ |= {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "POWERTOOLS_SERVICE_NAME": "tested",
    "POWERTOOLS_METRICS_NAMESPACE": "Tests",
    "TABLE_NAME": "conversations",
    "RETENTION_DAYS": "0",
    "TRACING": "false",
    "CREDENTIALS_SECRET_ARN": "credentials",
    "CREDENTIALS_CACHE_SECONDS": "60",
} | {f"{name.upper()}_VERSION": f"{name}Function" for name in ("Ingest", "Many", "Read", "Authorizer")}

# The same examples in every run, on machines of any speed.
settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")
# Without a search for the smallest failing example, for runs that only ask whether a test fails.
settings.register_profile("unshrunk", settings.get_profile("repeatable"), phases=[Phase.generate])

TEMPLATE = load("template.yaml")
AUTHORIZER = "AuthorizerFunction"
FUNCTIONS = {
    name: it["Properties"] for name, it in TEMPLATE["Resources"].items() if it["Type"] == "AWS::Serverless::Function"
}
ROUTES = {
    (source["Properties"]["Method"], source["Properties"]["Path"]): name
    for name, function in FUNCTIONS.items()
    for source in function.get("Events", {}).values()
}
AWS_CALLS = set((ROOT / "functions/packaging/aws_calls.txt").read_text().split())
"""The operations that the artifact's botocore knows, as `service:Operation`."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize tests that take a function, a function of the API, a role, or an event, with all of them."""
    every = {
        "function": list(FUNCTIONS),
        "api_function": [AUTHORIZER, *ROUTES.values()],
        "role": [name for name, it in TEMPLATE["Resources"].items() if it["Type"] == "AWS::IAM::Role"],
        "event_name": sorted(path.stem for path in (ROOT / "events").iterdir()),
    }
    for argument in every.keys() & set(metafunc.fixturenames):
        metafunc.parametrize(argument, every[argument])


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what the tests recorded at full size: how many kills, races, faults and events there were."""
    if os.environ.get("FULL_SIZE") == "1":
        for report in terminalreporter.getreports("passed"):
            if report.user_properties:
                recorded = ", ".join(f"{name}: {value}" for name, value in report.user_properties)
                terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {recorded}")


@pytest.fixture(scope="session")
def function_for() -> Callable[[Json], str]:
    """Returns the name of the function that API Gateway calls for an event."""
    return lambda event: AUTHORIZER if "methodArn" in event else ROUTES[event["httpMethod"], event["resource"]]


@pytest.fixture(scope="session")
def tools() -> None:
    """Installs the programs that the tests run, unless `make test` has done so."""
    names = ("sam", "ministack", "clients", "locust", "schemathesis")
    if not all((ROOT / ".tools" / name / "installed").exists() for name in names):
        made = run(["make", "tools"], cwd=ROOT)
        assert made.returncode == 0, f"The tools can't be installed: run 'make tools' to see why.\n{made.stderr}"


@pytest.fixture(scope="session")
def stack(tools) -> Iterator[Stack]:  # noqa: ARG001 -- installs the emulator
    """Deploys the service to the emulator, once. At the end its functions' logs must not contain planted values."""
    with running("tests", hosts=[HOST, *docker_hosts()]) as stack:
        yield stack
        logs = "\n".join(line for name in stack.functions.values() for line in log_lines(name, stack.url))
        assert_untold(logs, "A function's log")
        assert stack.api_secret not in logs, "A function logged a secret."


@pytest.fixture
def invoke(function_for) -> Callable[..., Any]:
    """Invokes the function for an event, or one by its name in the template."""

    def call(event: Json, function: str = "") -> Any:
        module, _, name = FUNCTIONS[function or function_for(event)]["Handler"].rpartition(".")
        return getattr(import_module(module), name)(event, Context())

    return call


@pytest.fixture(scope="session")
def read_event() -> Callable[[str], Json]:
    """Reads a file of events/ by its name."""
    return lambda name: json.loads((ROOT / "events" / f"{name}.json").read_text())


@pytest.fixture
def ask(invoke, read_event) -> Callable[..., Answer]:
    """Sends an event of events/, with some members changed, and checks the response against the contract."""
    return lambda name, **changes: checked_response(invoke(read_event(name) | changes))


@pytest.fixture
def submit(ask) -> Callable[..., Answer]:
    """Posts a submission (a dict or a raw body). Keyword arguments change members of the event."""

    def send(submission: Json | str | None, **changes: Any) -> Answer:
        body = json.dumps(submission) if isinstance(submission, dict) else submission
        return ask("stored-minimal", body=body, **changes)

    return send


@pytest.fixture
def log(monkeypatch) -> Iterator[Callable[[], list[Json]]]:
    """Returns the lines that the test has logged so far. pytest shows all of them if the test fails."""
    telemetry = import_module("telemetry")
    stream = StringIO()
    # Each function has a process of its own. Here all share one, and the keys of the request before.
    telemetry.logger.clear_state()
    monkeypatch.setattr(telemetry.logger.registered_handler, "stream", stream)
    # Not sys.stdout itself, which pytest replaces after the fixtures.
    monkeypatch.setattr(telemetry, "sys", SimpleNamespace(stdout=stream))
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    print(stream.getvalue())


@pytest.fixture
def aws() -> Iterator[None]:
    """Mocks an empty AWS, and clears the authorizer's cache."""
    import_module("authorizer.credentials")._provider.clear_cache()
    with mock_aws():
        yield


@pytest.fixture(scope="session")
def make_client() -> Callable[[str], Any]:
    """Returns a service's client, created once because that takes a tenth of a second."""
    return cache(boto3.client)


class Table:
    """The table of conversations."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name
        declared = TEMPLATE["Resources"]["Table"]["Properties"]
        made_of = ("KeySchema", "AttributeDefinitions", "BillingMode")
        client.create_table(TableName=name, **{each: declared[each] for each in made_of})

    def item(self, conversation: str) -> Json | None:
        """Return a conversation's item in plain values, or None."""
        key = {"externalConversationId": {"S": conversation}}
        answer = self._client.get_item(TableName=self._name, Key=key)
        if "Item" not in answer:
            return None
        return {name: TypeDeserializer().deserialize(value) for name, value in answer["Item"].items()}

    def items(self) -> list[Json]:
        """Return all items, in DynamoDB's own types."""
        items: list[Json] = self._client.scan(TableName=self._name)["Items"]
        return items

    def put(self, item: Json) -> None:
        """Write an item in DynamoDB's types."""
        self._client.put_item(TableName=self._name, Item=item)


@pytest.fixture
def table(aws, make_client) -> Table:  # noqa: ARG001 -- mocks DynamoDB
    """Creates the template's table, empty."""
    return Table(make_client("dynamodb"), os.environ["TABLE_NAME"])


@pytest.fixture
def put_secret(aws, make_client) -> Callable[..., None]:  # noqa: ARG001 -- mocks Secrets Manager
    """Creates the clients' secret without a value. Puts a new version, and the one before becomes AWSPREVIOUS."""
    client, name = make_client("secretsmanager"), os.environ["CREDENTIALS_SECRET_ARN"]
    client.create_secret(Name=name)

    def put(value: Json | str | bytes) -> None:
        kind = "SecretBinary" if isinstance(value, bytes) else "SecretString"
        client.put_secret_value(SecretId=name, **{kind: json.dumps(value) if isinstance(value, dict) else value})

    return put


@pytest.fixture
def sdk_calls(monkeypatch) -> list[SimpleNamespace]:
    """Records every call of any AWS client (without retries): its IAM action and its parameters."""
    calls: list[SimpleNamespace] = []
    make = BaseClient._make_api_call

    def record(client: BaseClient, operation: str, parameters: Json) -> Any:
        action = f"{client.meta.service_model.signing_name}:{operation}"
        calls.append(SimpleNamespace(action=action, parameters=parameters))
        return make(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", record)
    return calls
