"""A stack to operate on: its tables in moto, and its secret."""

from io import BytesIO, TextIOWrapper

import pytest

from tests.conftest import Table
from tests.tools.secrets_manager import SecretsManager
from tools.operations.__main__ import main
from tools.operations.target import Target


@pytest.fixture
def secret():
    """The clients' secret, with one client."""
    return SecretsManager({"default-client": "first"})


@pytest.fixture
def erasures(aws, make_client):  # noqa: ARG001 -- the table is in there
    """The stack's table of erasures."""
    return Table(make_client("dynamodb"), "erasures")


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
    return Target(client, "Stack tested", **names, retention_days=retention_days)


@pytest.fixture
def ops(monkeypatch, capsys, table, erasures, target):  # noqa: ARG001 -- the tables are operated on
    """Runs a command, confirmed unless `yes` is false. Returns what it printed, or its error."""

    def run(*words, stdin="", terminal=None, yes=True):
        monkeypatch.setattr("tools.operations.__main__.find_target", lambda *_, **__: target)
        monkeypatch.setattr("sys.argv", ["ops", *["--yes"] * yes, *words])
        content = stdin if isinstance(stdin, bytes) else stdin.encode()
        monkeypatch.setattr("sys.stdin", terminal or TextIOWrapper(BytesIO(content)))
        capsys.readouterr()
        try:
            main()
        except SystemExit as refusal:
            # A text is the program's own message; a number is what argparse leaves after it has printed one.
            return refusal.code if isinstance(refusal.code, str) else capsys.readouterr().err
        return capsys.readouterr().out

    return run
