"""All measurements of one run. Subjects take turns, so that whatever else the machine does is shared by all."""

from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from tools.bench import instructions
from tools.bench.instructions import Count
from tools.bench.process import stub, working
from tools.bench.subject import Subject, batch_of

Samples = dict[str, list[float]]
"""Milliseconds by subject, in each list one for each turn."""


@dataclass(frozen=True)
class Measured:
    """What came out, by subject: CPU in milliseconds, sizes in bytes; of full batches, seconds."""

    init: Samples
    warm: Samples
    """The median of each turn's requests."""
    counts: dict[str, Count]
    size: dict[str, int]
    batches: list[float]


def measure(subjects: list[Subject], environments: int = 15, rounds: int = 60, requests: int = 40) -> Measured:
    """Measure so many new environments, and rounds of so many requests. The first subject is the service."""
    with stub() as endpoint:
        print("Init in new processes ...", flush=True)
        init = _init(subjects, endpoint, environments)
        print("Warm requests ...", flush=True)
        warm = _warm(subjects, endpoint, rounds, requests)
        print("Instructions ...", flush=True)
        counts = instructions.count(subjects, endpoint)
    print("Batches ...", flush=True)
    batches = _batch(batch_of(subjects[0]), environments)
    return Measured(init, warm, counts, {subject.name: subject.zipped_size() for subject in subjects}, batches)


def _init(subjects: list[Subject], endpoint: str, environments: int) -> Samples:
    cpu: Samples = {subject.name: [] for subject in subjects}
    for _ in range(environments):
        for subject in subjects:
            with working(subject, endpoint) as worker:
                cpu[subject.name].append(worker.init_cpu / 1e6)
    return cpu


def _warm(subjects: list[Subject], endpoint: str, rounds: int, requests: int) -> Samples:
    """Return the median CPU time of each turn's requests."""
    medians: Samples = {subject.name: [] for subject in subjects}
    with ExitStack() as running:
        workers = {subject.name: running.enter_context(working(subject, endpoint)) for subject in subjects}
        for worker in workers.values():
            worker.run(requests)
        for _ in range(rounds):
            for name, worker in workers.items():
                medians[name].append(median(worker.run(requests)["cpu"]) / 1e6)
    return medians


def _batch(subject: Subject, number: int) -> list[float]:
    """Send full batches from one processor to a table that takes 4 ms."""
    with stub(seconds=0.004) as endpoint, working(subject, endpoint) as worker:
        worker.confine()
        worker.run(1)
        return [wall / 1e9 for wall in worker.run(number)["wall"]]
