"""A stack to operate on, as moto plays AWS: its table and its secret."""

import pytest

from authorizer.credentials import SECRET_ARN
from tools.operations.__main__ import main
from tools.operations.target import Target


@pytest.fixture
def ops(monkeypatch, capsys, tmp_path, table, put_secret, make_client):  # noqa: ARG001 -- the table is operated on
    """Runs a command in a folder of its own, on a stack with one client; returns what it printed or refused with."""
    put_secret({"default-client": "first"})
    target = Target(make_client, "conversations", SECRET_ARN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tools.operations.__main__.find_target", lambda *_, **__: target)

    def run(*words):
        monkeypatch.setattr("sys.argv", ["ops", *words])
        try:
            main()
        except SystemExit as refusal:
            # A text is the program's own message; a number is what argparse leaves after it has printed one.
            return refusal.code if isinstance(refusal.code, str) else capsys.readouterr().err
        return capsys.readouterr().out

    return run
