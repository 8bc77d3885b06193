"""A function in separate processes, as in Lambda: each connection is an execution environment.

A server process imports the function once and forks for each connection, so an environment that was killed is
replaced in milliseconds.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tools.contract import assert_untold
from tools.local.process import guarded

_UP = "serving"


class Killed(Exception):  # noqa: N818 -- what happened, not what is wrong
    """The environment was killed before its response."""


class Environment:
    """One execution environment, from the outside."""

    def __init__(self, address: str) -> None:
        self._connection = Client(address)
        self._pid = self._connection.recv()

    def invoke(self, event: dict[str, Any], *, killed_after: float | None = None) -> dict[str, Any]:
        """Return the function's response. Kill the environment if that takes more seconds than `killed_after`.

        An answer that was sent before is not lost. Then the environment is found killed by the next event.
        """
        try:
            self._connection.send(event)
            if killed_after is not None and not self._connection.poll(killed_after):
                os.kill(self._pid, signal.SIGKILL)
            response: dict[str, Any] = self._connection.recv()
        except (EOFError, OSError) as error:
            self.close()
            raise Killed from error
        return response

    def close(self) -> None:
        self._connection.close()


@contextmanager
def running(folder: Path, endpoint: str) -> Iterator[Callable[[], Environment]]:
    """Serve a route's function with DynamoDB at `endpoint` and its log in `folder`; yield what starts environments."""
    address, log = str(folder / "runtime"), folder / "log"
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "AWS_ENDPOINT_URL": endpoint}
    with guarded([sys.executable, "-P", __file__, address], variables, log) as server:
        while _UP not in log.read_text():
            assert server.poll() is None, log.read_text()
            time.sleep(0.02)
        yield lambda: Environment(address)
    assert_untold(log.read_text(), "The function's log")


def _serve(address: str) -> None:
    handle = import_module("ingest.single").handle
    with Listener(address, backlog=128) as listener:
        print(_UP, flush=True)
        while True:
            with listener.accept() as connection:
                get_context("fork").Process(target=_run, args=(connection, handle)).start()


def _run(connection: Connection, handle: Callable[..., Any]) -> None:
    connection.send(os.getpid())
    with suppress(EOFError, ConnectionError):
        while True:
            connection.send(handle(connection.recv(), SimpleNamespace(aws_request_id="lambda-request")))


if __name__ == "__main__":
    _serve(*sys.argv[1:])
