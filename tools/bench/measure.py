"""All measurements of one run. Subjects take turns, so that whatever else the machine does is shared by all."""

from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from tools.bench import instructions
from tools.bench.instructions import Count
from tools.bench.process import stub, working
from tools.bench.subject import Subject, Subjects

Samples = dict[str, list[float]]
"""Milliseconds by subject, in each list one for each turn."""


@dataclass(frozen=True)
class Effort:
    """How often things are measured."""

    environments: int
    rounds: int
    requests: int


FULL = Effort(environments=15, rounds=60, requests=40)


@dataclass(frozen=True)
class Measured:
    """What came out, by subject: CPU in milliseconds, memory in KiB, sizes in bytes; of full batches, seconds."""

    init: Samples
    warm: Samples
    """The median of each turn's requests."""
    memory: dict[str, int]
    counts: dict[str, Count]
    size: dict[str, int]
    batches: list[float]
    batch_memory: tuple[int, int]
    """After the first batch, and after the last."""


def measure(subjects: Subjects, effort: Effort) -> Measured:
    """Measure everything."""
    compared = subjects.compared()
    with stub() as endpoint:
        _say("Init in new processes")
        init = _init(compared, endpoint, effort)
        _say("Warm requests")
        warm, memory = _warm(compared, endpoint, effort)
        _say("Instructions")
        counts = instructions.count(compared, endpoint)
    _say("Batches")
    batches, batch_memory = _batch(subjects.batch, effort)
    size = {subject.name: subject.zipped_size() for subject in compared}
    return Measured(init, warm, memory, counts, size, batches, batch_memory)


def _init(subjects: list[Subject], endpoint: str, effort: Effort) -> Samples:
    cpu: Samples = {subject.name: [] for subject in subjects}
    for _ in range(effort.environments):
        for subject in subjects:
            with working(subject, endpoint) as worker:
                cpu[subject.name].append(worker.init_cpu / 1e6)
    return cpu


def _warm(subjects: list[Subject], endpoint: str, effort: Effort) -> tuple[Samples, dict[str, int]]:
    """Return the median CPU time of each turn's requests, and the peak of memory in KiB."""
    medians: Samples = {subject.name: [] for subject in subjects}
    memory: dict[str, int] = {}
    with ExitStack() as running:
        workers = {subject.name: running.enter_context(working(subject, endpoint)) for subject in subjects}
        for worker in workers.values():
            worker.run(effort.requests)
        for _ in range(effort.rounds):
            for name, worker in workers.items():
                done = worker.run(effort.requests)
                medians[name].append(median(done["cpu"]) / 1e6)
                memory[name] = done["memory"]
    return medians, memory


def _batch(subject: Subject, effort: Effort) -> tuple[list[float], tuple[int, int]]:
    """Send full batches from one processor to a table that takes 4 ms."""
    with stub(seconds=0.004) as endpoint, working(subject, endpoint) as worker:
        worker.confine()
        first = worker.run(1)["memory"]
        done = worker.run(effort.environments)
        return [wall / 1e9 for wall in done["wall"]], (first, done["memory"])


def _say(what: str) -> None:
    print(f"{what} ...", flush=True)
