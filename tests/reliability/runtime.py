"""A function in processes of its own, as Lambda runs it: each connection is an execution environment, one event a line.

A server process imports the function once and forks for each connection, so an environment that was killed is
replaced in milliseconds.
"""

import json
import os
import signal
import socket
import socketserver
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from select import select
from types import SimpleNamespace
from typing import Any

from tools.local.process import guarded

FUNCTIONS = Path(__file__).parents[2] / "functions"
_UP = "serving"


class Killed(Exception):  # noqa: N818 -- what happened, not what is wrong
    """The environment is gone, and its answer with it."""


class Environment:
    """One execution environment, seen from outside."""

    def __init__(self, address: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(address))
        self._answers = self._socket.makefile("r")
        self._pid = int(self._answers.readline())

    def invoke(self, event: dict[str, Any], *, killed_after: float | None = None) -> dict[str, Any]:
        """Return the function's response; kill the environment if that takes longer than so many seconds.

        An answer that was sent before is not lost. Then the environment is found killed by the next event.
        """
        try:
            self._socket.sendall(json.dumps(event).encode() + b"\n")
            if killed_after is not None and not select([self._socket], [], [], killed_after)[0]:
                os.kill(self._pid, signal.SIGKILL)
            line = self._answers.readline()
        except ConnectionError:
            line = ""
        if not line.endswith("\n"):
            self.close()
            raise Killed
        response: dict[str, Any] = json.loads(line)
        return response

    def close(self) -> None:
        self._answers.close()
        self._socket.close()


@contextmanager
def running(folder: Path, endpoint: str, module: str = "ingest.handler") -> Iterator[Callable[[], Environment]]:
    """Serve a route's function, its DynamoDB at `endpoint` and its log in `folder`; yield what has an environment."""
    address, log = folder / "runtime", folder / "log"
    path = os.pathsep.join([str(FUNCTIONS), str(FUNCTIONS.parent)])
    variables = dict(os.environ) | {"PYTHONPATH": path, "AWS_ENDPOINT_URL": endpoint}
    with guarded([sys.executable, "-P", __file__, str(address), module], variables, log) as server:
        while _UP not in log.read_text():
            assert server.poll() is None, log.read_text()
            time.sleep(0.02)
        yield lambda: Environment(address)


class _Connection(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"%d\n" % os.getpid())
        for line in self.rfile:
            self.wfile.write(json.dumps(self.server.function(json.loads(line))).encode() + b"\n")


class _Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    function: Callable[[dict[str, Any]], dict[str, Any]]
    request_queue_size = 128
    max_children = 256


def _serve(address: str, module: str) -> None:
    handle = import_module(module).handle
    context = SimpleNamespace(aws_request_id="lambda-request")
    with _Server(address, _Connection) as server:
        server.function = lambda event: handle(event, context)
        print(_UP, flush=True)
        server.serve_forever(poll_interval=0.02)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
