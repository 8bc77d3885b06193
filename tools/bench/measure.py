"""What is measured of a subject, in processes of its own: CPU time, instructions, and the time of a full batch."""

import json
import os
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from subprocess import CompletedProcess

from tools.bench.stub import stub
from tools.bench.subject import BATCH, BENCH, BenchError, Subject
from tools.command import Command, run

INIT, WARM = "init", "warm request"

_TURNS = 20
_UNTIL_WARM = 20
_FEW, _MANY = 20, 120
_NOTHING = Subject("nothing", "os.getcwd", Path("/"))
_VALGRIND = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]

# An environment much as Lambda would set it, without this environment's own packages.
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",  # in Lambda the code's folder can't be written to
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


def measure_cpu(subjects: list[Subject], endpoint: str) -> dict[str, dict[str, list[float]]]:
    """Return each subject's CPU milliseconds, by turns, so that whatever else the machine does is shared by all.

    A turn gives one of its init, and the median of its warm requests.
    """
    measured: dict[str, dict[str, list[float]]] = {each.name: {INIT: [], WARM: []} for each in subjects}
    for turn in range(_TURNS):
        print(f"CPU time, turn {turn + 1} of {_TURNS} ...", flush=True)
        for subject in subjects:
            times = json.loads(_work(subject, endpoint, _UNTIL_WARM + 200).stdout.splitlines()[-1])
            measured[subject.name][INIT].append(times["init"] / 1e6)
            measured[subject.name][WARM].append(median(times["cpu"][_UNTIL_WARM:]) / 1e6)
    return measured


def count_instructions(subjects: list[Subject], endpoint: str) -> dict[str, dict[str, int]]:
    """Count each subject's, under valgrind: the same in every run, however busy the machine is. Raises BenchError.

    The difference of two runs is what the requests between them took; what a process takes that imports and runs
    nothing is not the subject's.
    """
    if not shutil.which("valgrind"):
        raise BenchError("Instructions can't be counted: install valgrind.")

    def count(run: tuple[Subject, int]) -> int:
        [refs] = re.findall(r"I +refs: +([\d,]+)", _work(run[0], endpoint, run[1], _VALGRIND).stderr)
        return int(refs.replace(",", ""))

    with ThreadPoolExecutor(2) as pool:
        runs = [(subject, requests) for subject in subjects for requests in (_FEW, _MANY)]
        nothing, *counts = pool.map(count, [(_NOTHING, 0), *runs])
    found = {}
    for subject, few, many in zip(subjects, counts[::2], counts[1::2], strict=True):
        request = (many - few) // (_MANY - _FEW)
        found[subject.name] = {INIT: few - _FEW * request - nothing, WARM: request}
    return found


def measure_batches(service: Subject) -> list[float]:
    """Return the seconds of full batches on one processor, as Lambda gives it with 1769 MB; each write takes 4 ms."""
    batch = Subject("batch", "ingest.many.handle", service.artifact, BATCH)
    one_processor = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))]
    with stub(seconds=0.004) as endpoint:
        times = json.loads(_work(batch, endpoint, 1 + _TURNS, one_processor).stdout.splitlines()[-1])
    return [wall / 1e9 for wall in times["wall"][1:]]


def _work(subject: Subject, endpoint: str, requests: int, under: Command = ()) -> CompletedProcess[str]:
    """Run the worker, under a program that is given. Raises BenchError where it fails."""
    environment = _ENVIRONMENT | {"PYTHONPATH": str(subject.artifact), "AWS_ENDPOINT_URL": endpoint}
    command: Command = [sys.executable, "-S", BENCH / "worker.py", subject.handler, subject.event, str(requests)]
    ended = run([*under, *command], env=environment)
    if ended.returncode:
        raise BenchError(f"{subject.name} failed:\n{ended.stderr[-2000:]}")
    return ended
