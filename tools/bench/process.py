"""Processes that are measured, and the stub that they call."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, CompletedProcess

from tools.bench.subject import BENCH, BenchError, Subject
from tools.command import Command, run, start


@contextmanager
def stub(seconds: float = 0) -> Iterator[str]:
    """Run the stub, which takes so long for an answer, in a process of its own; yield its address."""
    with start([sys.executable, BENCH / "stub.py", str(seconds)], stdin=PIPE, stdout=PIPE) as process:
        port = process.stdout.readline().strip() if process.stdout else ""
        yield f"http://localhost:{port}"
        process.communicate()


def work(subject: Subject, endpoint: str, requests: int, under: Command = ()) -> CompletedProcess[str]:
    """Run the worker, under a program that is given; it has an environment much as Lambda would set it.

    It does not see this environment's own packages. Raises BenchError where it fails.
    """
    environment = {
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
    command: Command = [sys.executable, "-S", BENCH / "worker.py", subject.handler, subject.event, str(requests)]
    ended = run([*under, *command], env=environment)
    if ended.returncode:
        raise BenchError(f"{subject.name} failed:\n{ended.stderr[-2000:]}")
    return ended
