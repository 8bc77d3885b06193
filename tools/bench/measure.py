"""All measurements of one run. Subjects take turns, so that whatever else the machine does is shared by all."""

import json
import os
from dataclasses import dataclass
from statistics import median

from tools.bench import instructions
from tools.bench.instructions import Count
from tools.bench.process import stub, work
from tools.bench.subject import Subject, batch_of

_TURNS = 20
_REQUESTS = 200
_UNTIL_WARM = 20

Samples = dict[str, list[float]]
"""CPU milliseconds by subject, in each list one for each turn."""


@dataclass(frozen=True)
class Measured:
    """What came out, by subject; sizes are bytes, and full batches took seconds."""

    init: Samples
    warm: Samples
    """The median of each turn's requests."""
    counts: dict[str, Count]
    size: dict[str, int]
    batches: list[float]


def measure(subjects: list[Subject]) -> Measured:
    """Measure. The first subject is the service."""
    names = [subject.name for subject in subjects]
    init: Samples = {name: [] for name in names}
    warm: Samples = {name: [] for name in names}
    with stub() as endpoint:
        for turn in range(_TURNS):
            print(f"\rCPU time, turn {turn + 1} of {_TURNS} ...", end="", flush=True)
            for subject in subjects:
                times = json.loads(work(subject, endpoint, _UNTIL_WARM + _REQUESTS).stdout)
                init[subject.name].append(times["init"] / 1e6)
                warm[subject.name].append(median(times["cpu"][_UNTIL_WARM:]) / 1e6)
        print("\nInstructions ...", flush=True)
        counts = instructions.count(subjects, endpoint)
    print("Batches ...", flush=True)
    batches = _batches(batch_of(subjects[0]))
    return Measured(init, warm, counts, {subject.name: subject.zipped_size() for subject in subjects}, batches)


def _batches(subject: Subject) -> list[float]:
    """Send full batches from one processor, as Lambda gives it with 1769 MB, to a table that takes 4 ms."""
    one_processor = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))]
    with stub(seconds=0.004) as endpoint:
        times = json.loads(work(subject, endpoint, 1 + _TURNS, one_processor).stdout)
    return [wall / 1e9 for wall in times["wall"][1:]]
