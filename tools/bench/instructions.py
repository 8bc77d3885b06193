"""Instructions, counted by valgrind: the same in every run, however busy the machine is."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tools.bench.process import work
from tools.bench.subject import BenchError, Subject

_FEW, _MANY = 20, 120
_NOTHING = Subject("nothing", "os.getcwd", Path("/"))
_VALGRIND = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]


class Count(NamedTuple):
    """Instructions to import a handler, and to answer one request when warm."""

    init: int
    request: int


def count(subjects: list[Subject], endpoint: str) -> dict[str, Count]:
    """Count each subject's instructions, by its name. Raises BenchError where valgrind is missing.

    The difference of two runs is what the requests between them took; what a process takes that imports and runs
    nothing is not the subject's.
    """
    if not shutil.which("valgrind"):
        raise BenchError("Instructions can't be counted: install valgrind.")
    runs = [(_NOTHING, 0), *((subject, requests) for subject in subjects for requests in (_FEW, _MANY))]
    with ThreadPoolExecutor(2) as pool:
        nothing, *counts = pool.map(lambda run: _count(run[0], run[1], endpoint), runs)
    found = {}
    for subject, few, many in zip(subjects, counts[::2], counts[1::2], strict=True):
        request = (many - few) // (_MANY - _FEW)
        found[subject.name] = Count(few - _FEW * request - nothing, request)
    return found


def _count(subject: Subject, requests: int, endpoint: str) -> int:
    [refs] = re.findall(r"I +refs: +([\d,]+)", work(subject, endpoint, requests, _VALGRIND).stderr)
    return int(refs.replace(",", ""))
