"""A function in separate processes, as in Lambda: each is an execution environment."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3

from aws_client import CONFIG
from ingest import single, store
from tools.contract import assert_untold

# The server imports the function once, and forks: an environment that was killed is replaced in milliseconds.
_SERVER = get_context("forkserver")
_SERVER.set_forkserver_preload([__name__])


def dynamodb_client(endpoint: str | None = None) -> Any:
    """Return a client with the functions' configuration, for any endpoint."""
    return boto3.client("dynamodb", endpoint_url=endpoint, config=CONFIG)


class Killed(Exception):  # noqa: N818 -- what happened, not what is wrong
    """The environment was killed before its response."""


class Environment:
    """One execution environment, from the outside."""

    def __init__(self, *arguments: Any) -> None:
        self._connection, inside = _SERVER.Pipe()
        self._process = _SERVER.Process(target=_run, args=(inside, *arguments), daemon=True)
        self._process.start()
        inside.close()
        self._connection.recv()

    def invoke(self, event: dict[str, Any], *, killed_after: float | None = None) -> dict[str, Any]:
        """Return the function's response. Kill the environment if that takes more seconds than `killed_after`.

        A response that was sent before is not lost. Then the next event finds the environment killed.
        """
        try:
            self._connection.send(event)
            if killed_after is not None and not self._connection.poll(killed_after):
                self._process.kill()
            response: dict[str, Any] = self._connection.recv()
        except (EOFError, OSError) as error:
            self.close()
            raise Killed from error
        return response

    def close(self) -> None:
        self._connection.close()
        self._process.join()


@contextmanager
def running(folder: Path, endpoint: str) -> Iterator[Callable[[], Environment]]:
    """Yield what starts environments, with DynamoDB at `endpoint` and their log in `folder`."""
    log = folder / "log"
    # Python 3.13's fork server has no sys.path of its parent's.
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)):
        yield lambda: Environment(endpoint, log)
    assert_untold(log.read_text(), "The function's log")


def _run(connection: Connection, endpoint: str, log: Path) -> None:
    with log.open("a") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    store._dynamodb = dynamodb_client(endpoint)
    connection.send("ready")
    with suppress(EOFError, ConnectionError):
        while True:
            connection.send(single.handle(connection.recv(), SimpleNamespace(aws_request_id="lambda-request")))
