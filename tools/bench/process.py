"""Processes that are measured, and the stub that they call."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen
from typing import Any

from tools.bench.subject import BENCH, BenchError, Subject
from tools.command import start


@contextmanager
def stub(seconds: float = 0) -> Iterator[str]:
    """Run the stub, which takes so long for an answer, in a process of its own; yield its address."""
    process = start([sys.executable, BENCH / "stub.py", str(seconds)], stdin=PIPE, stdout=PIPE)
    try:
        yield f"http://localhost:{_line(process).strip()}"
    finally:
        process.communicate()


def command(subject: Subject) -> list[str]:
    """Return what runs the worker, without this environment's own packages on the path."""
    return [sys.executable, "-S", str(BENCH / "worker.py"), subject.handler, str(subject.event)]


def environment(subject: Subject, endpoint: str) -> dict[str, str]:
    """Return a worker's whole environment, much as Lambda would set it."""
    return {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(subject.artifact),
        "PYTHONDONTWRITEBYTECODE": "1",  # in Lambda the code's folder can't be written to
        "PYTHONHASHSEED": "0",
        "AWS_LAMBDA_FUNCTION_NAME": "function",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "x" * 40,
        "AWS_SESSION_TOKEN": "x" * 800,
        "AWS_ENDPOINT_URL": endpoint,
        "_X_AMZN_TRACE_ID": "Root=1-6920f3a1-1a2b3c4d5e6f708192a3b4c5;Parent=1a2b3c4d5e6f7081;Sampled=0",
        "POWERTOOLS_SERVICE_NAME": "service",
        "POWERTOOLS_METRICS_NAMESPACE": "Benchmark",
        "TABLE_NAME": "conversations",
        "RETENTION_DAYS": "0",
    }


class Worker:
    """A process that has imported a subject's handler and runs it when asked."""

    def __init__(self, process: Popen[str]) -> None:
        self._process = process
        self.init_cpu: int = json.loads(_line(process))
        """Nanoseconds."""

    def confine(self) -> None:
        """Let the process have one processor, as Lambda gives it with 1769 MB."""
        os.sched_setaffinity(self._process.pid, {min(os.sched_getaffinity(0))})

    def run(self, requests: int) -> Any:
        """Return what so many requests cost."""
        print(requests, file=self._process.stdin, flush=True)
        return json.loads(_line(self._process))


@contextmanager
def working(subject: Subject, endpoint: str) -> Iterator[Worker]:
    """Run a worker while a block lasts."""
    process = start(command(subject), env=environment(subject, endpoint), stdin=PIPE, stdout=PIPE)
    try:
        yield Worker(process)
    finally:
        process.communicate()


def _line(process: Popen[str]) -> str:
    """Return the next line that a process writes; raise BenchError if it ends instead."""
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise BenchError("A measured process failed; above is what it wrote.")
    return line
