"""Measures the programs in processes of their own: CPU time, instructions, full batches, and throttled writes."""

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
from tools.bench.subject import BENCH, UPDATE, BenchError, Subject
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
    with stub() as server:
        _work(service, server.endpoint, 1)
    UPDATE.write_bytes(server.last_body)
    return Subject("bare call", "bare.handle", service.artifact, UPDATE)


def measure_cpu(subjects: list[Subject]) -> dict[str, dict[str, list[float]]]:
    """Return the CPU milliseconds of each program's init and of its warm requests, one per turn (the requests' median).

    The programs take turns, so that other load on the machine affects all of them.
    """
    measured: dict[str, dict[str, list[float]]] = {each.name: {INIT: [], WARM: []} for each in subjects}
    with stub() as server:
        for turn in range(_TURNS):
            print(f"CPU time, turn {turn + 1} of {_TURNS} ...", flush=True)
            for subject in subjects:
                times = _times(_work(subject, server.endpoint, _UNTIL_WARM + 200))
                measured[subject.name][INIT].append(times["init"] / 1e6)
                measured[subject.name][WARM].append(median(times["cpu"][_UNTIL_WARM:]) / 1e6)
    return measured


def count_instructions(subjects: list[Subject]) -> dict[str, dict[str, int]]:
    """Count each program's instructions under valgrind, which other load does not change. Raises BenchError.

    A warm request is the difference of two runs. A process that imports and runs nothing is subtracted from init.
    """
    if not shutil.which("valgrind"):
        raise BenchError("Instructions can't be counted: install valgrind.")

    with stub() as server, ThreadPoolExecutor(2) as pool:

        def count(run: tuple[Subject, int]) -> int:
            [refs] = re.findall(r"I +refs: +([\d,]+)", _work(run[0], server.endpoint, run[1], _VALGRIND).stderr)
            return int(refs.replace(",", ""))

        runs = [(subject, requests) for subject in subjects for requests in (_FEW, _MANY)]
        nothing, *counts = pool.map(count, [(_NOTHING, 0), *runs])
    found = {}
    for subject, few, many in zip(subjects, counts[::2], counts[1::2], strict=True):
        request = (many - few) // (_MANY - _FEW)
        found[subject.name] = {INIT: few - _FEW * request - nothing, WARM: request}
    return found


def measure_batches(service: Subject, event: Path) -> list[float]:
    """Return the seconds of batches on one processor, which is what 1,769 MB buys. Each write takes 4 ms."""
    batch = Subject("batch", "ingest.many.handle", service.artifact, event)
    one_processor = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))]
    with stub(seconds=0.004) as server:
        times = _times(_work(batch, server.endpoint, 1 + _TURNS, one_processor))
    return [wall / 1e9 for wall in times["wall"][1:]]


def measure_throttled(service: Subject) -> dict[str, float]:
    """Return how long an execution is busy with a write while DynamoDB throttles every attempt.

    Up to some number of writes the SDK waits and tries again, until its retry quota is used up.
    """
    print("Throttled writes, about 80 s ...", flush=True)
    with stub(throttled=True) as server, ThreadPoolExecutor(4) as pool:
        ended = pool.map(lambda _: _work(service, server.endpoint, 100), range(4))
        runs = [[wall / 1e9 for wall in _times(each)["wall"]] for each in ended]
    # The sum of two random waits, of up to 1 s and 2 s, is hardly ever below 50 ms.
    waits = [[seconds for seconds in run if seconds > 0.05] for run in runs]  # noqa: PLR2004 -- see above
    return {
        "seconds": round(mean(mean(each) for each in waits), 2),
        "writes": round(mean(len(each) for each in waits)),
        "then_ms": round(1000 * mean(median(run[-20:]) for run in runs), 1),
    }


def _times(ended: CompletedProcess[str]) -> Any:
    return json.loads(ended.stdout.splitlines()[-1])


def _work(subject: Subject, endpoint: str, requests: int, under: Command = ()) -> CompletedProcess[str]:
    """Run the worker, under another program if given. Raises BenchError if it fails."""
    environment = _ENVIRONMENT | {"PYTHONPATH": str(subject.artifact), "AWS_ENDPOINT_URL": endpoint}
    command: Command = [sys.executable, "-S", BENCH / "worker.py", subject.handler, subject.event, str(requests)]
    ended = run([*under, *command], env=environment)
    if ended.returncode:
        raise BenchError(f"{subject.name} failed:\n{ended.stderr[-2000:]}")
    return ended
