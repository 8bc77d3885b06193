"""A stack to operate on: its tables in moto, and its secret."""

import json
from datetime import UTC, datetime
from io import BytesIO, TextIOWrapper
from uuid import uuid4

import pytest

from tests.conftest import Table
from tools.operations.__main__ import main
from tools.operations.target import Target

LONG_AGO, LATER, FAR_OFF = "2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z", "9999-01-01T00:00:00.000Z"


class SecretsManager:
    """Secrets Manager with one secret, under AWS's rules for tokens and labels, which moto does not keep.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
    """

    class ResourceExistsException(Exception):  # noqa: N818 -- Secrets Manager's name
        """Another version has this token."""

    def __init__(self, clients):
        self.exceptions = self
        self.versions, self.history = {}, []
        self.put_secret_value(SecretString=json.dumps(clients))

    @property
    def content(self):
        """What the current version holds. The last one of the history has the label AWSCURRENT."""
        return self.versions[self.history[-1]]

    def put_secret_value(self, SecretString, ClientRequestToken=None, **_):  # noqa: N803 -- Secrets Manager's
        token = ClientRequestToken or str(uuid4())
        if token not in self.versions:
            self.versions[token] = SecretString
            self.history.append(token)
        elif self.versions[token] != SecretString:
            raise self.ResourceExistsException
        # The same content under the same token is ignored, whichever version is current.
        return {"VersionStages": self._labels(token)}

    def describe_secret(self, **_):
        changed_at = datetime.fromtimestamp(1_800_000_000 + len(self.history), UTC)
        return {"LastChangedDate": changed_at, "VersionIdsToStages": {it: self._labels(it) for it in self.versions}}

    def get_secret_value(self, VersionId=None, **_):  # noqa: N803 -- Secrets Manager's
        return {"SecretString": self.versions[VersionId or self.history[-1]]}

    def _labels(self, version):
        return ["AWSCURRENT"] if version == self.history[-1] else []


def item(conversation, lob_name="old", updated_at=LONG_AGO, **more):
    """Return a conversation in DynamoDB's own types, created when it was updated."""
    times = {"createdAt": updated_at, "updatedAt": updated_at}
    texts = {"externalConversationId": conversation, "lobName": lob_name} | times
    return {name: {"S": text} for name, text in texts.items()} | more


@pytest.fixture
def secret():
    """The clients' secret, with one client."""
    return SecretsManager({"default-client": "first"})


@pytest.fixture
def erased(aws, make_client):  # noqa: ARG001 -- the table is in there
    """The stack's table of erasures."""
    return Table(make_client("dynamodb"), "erasures")


@pytest.fixture
def restored(table, make_client):
    """A table as a restore makes it: with `lost`, and with `kept` as it was before the stack's table changed it."""
    restored = Table(make_client("dynamodb"), "restored")
    restored.put(item("lost"))
    restored.put(item("kept"))
    table.put(item("kept", "new", LATER))
    return restored


@pytest.fixture
def retention_days():
    """The stack's RetentionDays; a test can have others as its parameter."""
    return 0


@pytest.fixture
def target(make_client, secret, retention_days):
    """The stack as the commands find it."""

    def client(service):
        return secret if service == "secretsmanager" else make_client(service)

    names = {"table": "conversations", "erasures": "erasures", "secret": "credentials"}
    return Target(client, "Stack tested", url="", **names, retention_days=retention_days)


@pytest.fixture
def ops(monkeypatch, capsys, table, erased, target):  # noqa: ARG001 -- the tables are operated on
    """Runs a command, confirmed unless there is a terminal to ask on. Returns what it printed, or its error."""

    def run(*words, stdin=b"", terminal=None):
        monkeypatch.setattr("tools.operations.__main__.find_target", lambda *_, **__: target)
        monkeypatch.setattr("sys.argv", ["ops", *words] if terminal else ["ops", "--yes", *words])
        monkeypatch.setattr("sys.stdin", terminal or TextIOWrapper(BytesIO(stdin)))
        capsys.readouterr()
        try:
            main()
        except SystemExit as refusal:
            # A text is the program's own message; a number is what argparse leaves after it has printed one.
            return refusal.code if isinstance(refusal.code, str) else capsys.readouterr().err
        return capsys.readouterr().out

    return run


@pytest.fixture
def create_stack(aws, make_client):  # noqa: ARG001 -- the stack is in there
    """Creates the stack `prod` with these outputs."""

    def create(outputs):
        described = {
            "Parameters": {"RetentionDays": {"Type": "Number", "Default": 365}},
            "Resources": {},
            "Outputs": {name: {"Value": value} for name, value in outputs.items()},
        }
        make_client("cloudformation").create_stack(StackName="prod", TemplateBody=json.dumps(described))

    return create
