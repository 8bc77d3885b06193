"""A stack to operate on, as moto plays AWS: its table and its secret."""

import json

import pytest

from tools.operations.__main__ import main
from tools.operations.target import Target


@pytest.fixture
def stack(table, make_client) -> str:  # noqa: ARG001 -- what the stack is made of
    """The ARN of the secret of a stack with one client."""
    clients = json.dumps({"default-client": "first"})
    secret = make_client("secretsmanager").create_secret(Name="credentials", SecretString=clients)
    return str(secret["ARN"])


@pytest.fixture
def ops(monkeypatch, capsys, tmp_path, stack, make_client):
    """Runs a command in a folder of its own; returns what it printed, or with what it refused."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "tools.operations.__main__.find_target", lambda *_, **__: Target(make_client, "conversations", stack)
    )

    def run(*words):
        monkeypatch.setattr("sys.argv", ["ops", *words])
        try:
            main()
        except SystemExit as refusal:
            # A text is the program's own message; a number is what argparse leaves after it has printed one.
            return refusal.code if isinstance(refusal.code, str) else capsys.readouterr().err
        return capsys.readouterr().out

    return run
