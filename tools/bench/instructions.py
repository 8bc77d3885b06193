"""Instructions, counted by valgrind: the same in every run, however busy the machine is."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from tools.bench.process import command, environment
from tools.bench.subject import Subject
from tools.command import run

FEW, MANY = 20, 120
_NOTHING = Subject("nothing", "os.getcwd", [])
_VALGRIND = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]


class Count(NamedTuple):
    """Instructions to import a handler, and to answer one request when warm."""

    init: int
    request: int


def is_available() -> bool:
    """Tell whether valgrind is installed."""
    return shutil.which("valgrind") is not None


def count(subjects: list[Subject], endpoint: str) -> dict[str, Count]:
    """Count each subject's instructions, by its name.

    The difference of two runs is what the requests between them took; what a process takes that imports and runs
    nothing is not the subject's.
    """
    runs = [(_NOTHING, 0), *((subject, requests) for subject in subjects for requests in (FEW, MANY))]
    with ThreadPoolExecutor(2) as pool:
        nothing, *counts = pool.map(lambda run: _count(run[0], run[1], endpoint), runs)
    found = {}
    for subject, few, many in zip(subjects, counts[::2], counts[1::2], strict=True):
        request = (many - few) // (MANY - FEW)
        found[subject.name] = Count(few - FEW * request - nothing, request)
    return found


def _count(subject: Subject, requests: int, endpoint: str) -> int:
    done = run([*_VALGRIND, *command(subject)], env=environment(subject, endpoint), given=f"{requests}\n")
    [total] = re.findall(r"I +refs: +([\d,]+)", done.stderr)
    return int(total.replace(",", ""))
