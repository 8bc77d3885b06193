"""Measures the programs in processes of their own: CPU time, instructions, and the time of a batch."""

import json
import os
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from subprocess import CompletedProcess
from typing import Any

from tools.bench.program import BENCH, WORK, Program
from tools.bench.stub import stub
from tools.command import Command, run

INIT, WARM = "init", "warm request"
_TURNS = 20
_UNTIL_WARM = 20
_FEW, _MANY = 20, 120

# As Lambda sets it for a function of the plain template.
ENVIRONMENT = {
    "AWS_LAMBDA_FUNCTION_NAME": "function",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "x" * 40,
    "AWS_SESSION_TOKEN": "x" * 800,
    "_X_AMZN_TRACE_ID": "Root=1-6920f3a1-1a2b3c4d5e6f708192a3b4c5;Parent=1a2b3c4d5e6f7081;Sampled=0",
    "POWERTOOLS_SERVICE_NAME": "ingest",
    "POWERTOOLS_METRICS_NAMESPACE": "ConversationMetadata/conversation-metadata",
    "TABLE_NAME": "conversations",
    "RETENTION_DAYS": "0",
    "TRACING": "false",
}


def bare_call(service: Program) -> Program:
    """Return the program that only calls UpdateItem, with the parameters that the service puts on the wire."""
    with stub() as (url, parameters):
        _work(service, url, 1)
    (WORK / "update.json").write_bytes(parameters[0])
    return Program("bare.handle", service.artifact, "update.json")


def measure_cpu(programs: dict[str, Program]) -> dict[str, dict[str, float]]:
    """Return the CPU milliseconds of each program's init and warm request: medians.

    The programs take turns, so that other load on the machine affects all of them.
    """
    with stub() as (url, _):
        turns = [
            {name: _times(program, url, _UNTIL_WARM + 200) for name, program in programs.items()} for _ in range(_TURNS)
        ]
    return {
        name: {
            INIT: round(median(turn[name]["init"] for turn in turns) / 1e6, 3),
            WARM: round(median(median(turn[name]["cpu"][_UNTIL_WARM:]) for turn in turns) / 1e6, 3),
        }
        for name in programs
    }


def count_instructions(programs: dict[str, Program]) -> dict[str, dict[str, int]]:
    """Count each program's instructions under valgrind, which other load does not change.

    A warm request is the difference of two runs. A process that imports and runs nothing is subtracted from init.
    """
    if not shutil.which("valgrind"):
        sys.exit("Error: instructions can't be counted. Install valgrind.")
    valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    with stub() as (url, _), ThreadPoolExecutor(2) as pool:

        def count(program: Program, requests: int) -> int:
            [refs] = re.findall(r"I +refs: +([\d,]+)", _work(program, url, requests, valgrind).stderr)
            return int(refs.replace(",", ""))

        nothing = count(Program("os.getcwd", Path("/")), 0)
        few = pool.map(lambda program: count(program, _FEW), programs.values())
        many = pool.map(lambda program: count(program, _MANY), programs.values())
        counts = dict(zip(programs, zip(few, many, strict=True), strict=True))
    warm = {name: (most - least) // (_MANY - _FEW) for name, (least, most) in counts.items()}
    return {name: {INIT: counts[name][0] - _FEW * warm[name] - nothing, WARM: warm[name]} for name in programs}


def measure_batch(service: Program) -> float:
    """Return the seconds of a batch of 100 on one processor, which is what 1,769 MB buys. Each write takes 4 ms."""
    one_processor = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))]
    with stub(seconds=0.004) as (url, _):
        batch = Program("ingest.many.handle", service.artifact, "batch.json")
        _, *wall = _times(batch, url, 1 + _TURNS, one_processor)["wall"]
    return float(round(median(wall) / 1e9, 4))


def _times(program: Program, url: str, requests: int, under: Command = ()) -> Any:
    return json.loads(_work(program, url, requests, under).stdout.splitlines()[-1])


def _work(program: Program, url: str, requests: int, under: Command = ()) -> CompletedProcess[str]:
    """Run the worker, under another program if given. Exits if it fails."""
    # The same hashes in each run, and no byte code, because the code's folder is read-only in Lambda.
    python = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(program.artifact)}
    command: Command = [sys.executable, "-S", BENCH / "worker.py", program.handler, WORK / program.event, str(requests)]
    ended = run([*under, *command], env=ENVIRONMENT | python | {"AWS_ENDPOINT_URL": url, "PATH": "/usr/bin:/bin"})
    if ended.returncode:
        sys.exit(f"Error: {program.handler} failed:\n{ended.stderr[-2000:]}")
    return ended
