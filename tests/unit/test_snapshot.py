"""SnapStart: the functions rehearse a request before the snapshot, and nothing of it stays behind."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

PROGRAM = """
import socket, sys
from importlib import import_module

def refuse(*_):
    raise AssertionError("a connection was opened")

socket.socket.connect = refuse
import_module(sys.argv[1])
assert ("encodings.idna" in sys.modules) is (sys.argv[2] == "snap-start"), "rehearsed, or not"
"""

# Whoever is asked for credentials here has none.
NO_CREDENTIALS = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}


def start(program, handler, kind):
    environment = os.environ | NO_CREDENTIALS
    environment |= {"AWS_LAMBDA_INITIALIZATION_TYPE": kind, "PYTHONPATH": str(ROOT / "functions")}
    command = [sys.executable, "-c", program, handler, kind]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 -- ours


@pytest.mark.parametrize("kind", ["snap-start", "on-demand"])
@pytest.mark.parametrize("handler", ["ingest.handler", "ingest.many", "ingest.read", "authorizer.handler"])
def test_a_function_starts_without_network_and_without_credentials(handler, kind):
    started = start(PROGRAM, handler, kind)
    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize(
    ("handler", "call"),
    [
        ("ingest.store", "module.get('c')"),
        ("authorizer.credentials", "module.are_valid('id', 'secret')"),
    ],
)
def test_calls_after_the_snapshot_are_signed_again(handler, call):
    program = f"import sys, importlib; module = importlib.import_module(sys.argv[1]); {call}"
    called = start(program, handler, "snap-start")
    assert "NoCredentialsError" in called.stderr
