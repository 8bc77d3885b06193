"""Subjects in Lambda's real runtime: its Runtime Interface Emulator, which SAM CLI ships, and its runtime client.

One invocation at a time: the emulator crashes on two.
"""

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from tools.bench.process import environment
from tools.bench.subject import ARCHITECTURE, ROOT, WORK, BenchError, Subject
from tools.command import start

_INVOKE = "/2015-03-31/functions/function/invocations"
_SECONDS_TO_START = 10


class Function:
    """A function in its runtime."""

    def __init__(self, port: int) -> None:
        self._port = port

    def invoke(self, event: bytes) -> float:
        """Return the milliseconds that an invocation takes its caller."""
        connection = HTTPConnection("127.0.0.1", self._port)
        start = time.perf_counter()
        connection.request("POST", _INVOKE, event)
        answer = json.loads(connection.getresponse().read())
        elapsed = time.perf_counter() - start
        connection.close()
        if answer.get("statusCode") != 200:  # noqa: PLR2004 -- HTTP's OK
            raise BenchError(f"A function in its runtime answered: {answer}")
        return elapsed * 1000


class Times(NamedTuple):
    """Milliseconds of each invocation of a new environment, import included, and of each of a warm one."""

    first: list[float]
    warm: list[float]


@contextmanager
def running(subject: Subject, endpoint: str) -> Iterator[Function]:
    """Run a function's runtime while a block lasts."""
    port, api_port = _free_port(), _free_port()
    variables = environment(subject, endpoint)
    # The client is a package of its own here; in Lambda it belongs to the runtime.
    variables["PYTHONPATH"] += os.pathsep + os.pathsep.join(path for path in sys.path if path.endswith("site-packages"))
    variables["LAMBDA_TASK_ROOT"] = str(subject.path[0])
    addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{port}"]
    addresses += ["--runtime-api-address", f"127.0.0.1:{api_port}"]
    with (WORK / "runtime.log").open("a") as log:
        process = start(
            [_emulator(), *addresses, sys.executable, "-S", "-m", "awslambdaric", subject.handler],
            env=variables,
            cwd=subject.path[0],
            stdout=log,
            stderr=log,
        )
    try:
        _wait(port)
        yield Function(port)
    finally:
        process.terminate()
        process.wait()


def measure(subjects: list[Subject], endpoint: str, environments: int, requests: int) -> dict[str, Times]:
    """Time so many environments of each subject in turn, and so many requests in each."""
    times = {subject.name: Times([], []) for subject in subjects}
    for _ in range(environments):
        for subject in subjects:
            event = subject.event.read_bytes()
            with running(subject, endpoint) as function:
                times[subject.name].first.append(function.invoke(event))
                times[subject.name].warm.extend(function.invoke(event) for _ in range(requests))
    return times


def _emulator() -> Path:
    [emulator] = ROOT.glob(f".tools/sam/lib/python3.*/site-packages/samcli/local/rapid/aws-lambda-rie-{ARCHITECTURE}")
    return emulator


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(port: int) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            return
    raise BenchError(f"Lambda's runtime did not start: see {WORK / 'runtime.log'}")
