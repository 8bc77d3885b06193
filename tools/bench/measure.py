"""Measures the programs in processes of their own: CPU time, instructions, a batch, and throttled writes."""

import json
import os
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean, median
from subprocess import CompletedProcess
from typing import Any

from tools.bench.stub import stub
from tools.bench.subject import BATCH, BENCH, UPDATE, BenchError, Subject
from tools.command import Command, run

INIT, WARM = "init", "warm request"

_TURNS = 20
_UNTIL_WARM = 20
_FEW, _MANY = 20, 120
_NOTHING = Subject("nothing", "os.getcwd", Path("/"))
_VALGRIND = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]

# An environment much as Lambda sets it, without this environment's own packages.
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",  # in Lambda, the code's folder is read-only
    "PYTHONHASHSEED": "0",
    "AWS_LAMBDA_FUNCTION_NAME": "function",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "x" * 40,
    "AWS_SESSION_TOKEN": "x" * 800,
    "_X_AMZN_TRACE_ID": "Root=1-6920f3a1-1a2b3c4d5e6f708192a3b4c5;Parent=1a2b3c4d5e6f7081;Sampled=0",
    "POWERTOOLS_SERVICE_NAME": "service",
    "POWERTOOLS_METRICS_NAMESPACE": "Benchmark",
    "TABLE_NAME": "conversations",
    "RETENTION_DAYS": "0",
    "TRACING": "false",
}


def bare_call(service: Subject) -> Subject:
    """Return the program that only calls UpdateItem, with the parameters that the service puts on the wire."""
    with stub(record=UPDATE) as endpoint:
        _work(service, endpoint, 1)
    return Subject("bare call", "bare.handle", service.artifact, UPDATE)


def measure_cpu(subjects: list[Subject]) -> dict[str, dict[str, float]]:
    """Return the CPU milliseconds of each program's init and warm request: medians.

    The programs take turns, so that other load on the machine affects all of them.
    """
    turns: dict[str, list[Any]] = {each.name: [] for each in subjects}
    with stub() as endpoint:
        for turn in range(_TURNS):
            print(f"CPU time, turn {turn + 1} of {_TURNS} ...", flush=True)
            for subject in subjects:
                turns[subject.name].append(_times(subject, endpoint, _UNTIL_WARM + 200))
    return {
        name: {
            INIT: round(median(each["init"] for each in times) / 1e6, 3),
            WARM: round(median(median(each["cpu"][_UNTIL_WARM:]) for each in times) / 1e6, 3),
        }
        for name, times in turns.items()
    }


def count_instructions(subjects: list[Subject]) -> dict[str, dict[str, int]]:
    """Count each program's instructions under valgrind, which other load does not change. Raises BenchError.

    A warm request is the difference of two runs. A process that imports and runs nothing is subtracted from init.
    """
    if not shutil.which("valgrind"):
        raise BenchError("Instructions can't be counted: install valgrind.")

    with stub() as endpoint, ThreadPoolExecutor(2) as pool:

        def count(run: tuple[Subject, int]) -> int:
            [refs] = re.findall(r"I +refs: +([\d,]+)", _work(run[0], endpoint, run[1], _VALGRIND).stderr)
            return int(refs.replace(",", ""))

        runs = [(subject, requests) for subject in subjects for requests in (_FEW, _MANY)]
        nothing, *counts = pool.map(count, [(_NOTHING, 0), *runs])
    found = {}
    for subject, few, many in zip(subjects, counts[::2], counts[1::2], strict=True):
        request = (many - few) // (_MANY - _FEW)
        found[subject.name] = {INIT: few - _FEW * request - nothing, WARM: request}
    return found


def measure_batch(service: Subject) -> float:
    """Return the seconds of a batch of 100 on one processor, which is what 1,769 MB buys. Each write takes 4 ms."""
    batch = Subject("batch", "ingest.many.handle", service.artifact, BATCH)
    one_processor = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))]
    with stub(seconds=0.004) as endpoint:
        _, *wall = _times(batch, endpoint, 1 + _TURNS, one_processor)["wall"]
    return float(round(median(wall) / 1e9, 4))


def measure_throttled(service: Subject) -> dict[str, float]:
    """Return how long an execution is busy with a write while DynamoDB throttles every attempt.

    The SDK waits and tries again, until its retry quota is used up after some number of writes.
    """
    print("Throttled writes, about 80 s ...", flush=True)
    with stub(throttled=True) as endpoint, ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: _times(service, endpoint, 100)["wall"], range(4)))
    # The sum of two random waits, of up to 1 s and 2 s, is hardly ever below 50 ms.
    waits = [wall / 1e9 for run in runs for wall in run if wall > 0.05e9]  # noqa: PLR2004 -- see above
    then_ms = median(wall / 1e6 for run in runs for wall in run[-20:])
    return {"seconds": round(mean(waits), 2), "writes": round(len(waits) / len(runs)), "then_ms": round(then_ms, 1)}


def _times(subject: Subject, endpoint: str, requests: int, under: Command = ()) -> Any:
    return json.loads(_work(subject, endpoint, requests, under).stdout.splitlines()[-1])


def _work(subject: Subject, endpoint: str, requests: int, under: Command = ()) -> CompletedProcess[str]:
    """Run the worker, under another program if given. Raises BenchError if it fails."""
    environment = _ENVIRONMENT | {"PYTHONPATH": str(subject.artifact), "AWS_ENDPOINT_URL": endpoint}
    command: Command = [sys.executable, "-S", BENCH / "worker.py", subject.handler, subject.event, str(requests)]
    ended = run([*under, *command], env=environment)
    if ended.returncode:
        raise BenchError(f"{subject.name} failed:\n{ended.stderr[-2000:]}")
    return ended
