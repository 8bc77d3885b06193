"""All measurements of one run. Subjects take turns, so that whatever else the machine does is shared by all."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from statistics import median

from tools.bench import instructions, runtime
from tools.bench.instructions import Count
from tools.bench.process import stub, working
from tools.bench.runtime import Times
from tools.bench.subject import Subject, Subjects, zipped_size
from tools.bench.tls import tls_stub

Samples = dict[str, list[float]]
"""Milliseconds by subject, in each list one for each turn."""


@dataclass(frozen=True)
class Effort:
    """How often things are measured."""

    environments: int
    rounds: int
    requests: int
    counts: bool


FULL = Effort(environments=15, rounds=60, requests=40, counts=True)
QUICK = Effort(environments=1, rounds=1, requests=3, counts=False)


@dataclass(frozen=True)
class Batches:
    """What full batches took, in seconds, and the peak of memory after the first and after the last, in KiB."""

    seconds: list[float]
    memory: tuple[int, int]


@dataclass(frozen=True)
class Measured:
    """What came out, by subject: times in milliseconds, memory in KiB, sizes in bytes."""

    init_cpu: Samples
    init_wall: Samples
    warm: Samples
    warm_rounds: Samples
    memory: dict[str, int]
    first: Samples
    invocations: dict[str, Times]
    counts: dict[str, Count]
    size: dict[str, int]
    batch: Batches

    def ratio(self, samples: Samples, one: Subject, other: Subject) -> float:
        """Return the median of the ratios of two subjects' samples, paired by turn."""
        return median(a / b for a, b in zip(samples[one.name], samples[other.name], strict=True))


def measure(subjects: Subjects, effort: Effort) -> Measured:
    """Measure everything."""
    compared = [subjects.service, subjects.typical, subjects.compiled, subjects.floor]
    with stub() as port:
        endpoint = f"http://localhost:{port}"
        _say("Init in fresh processes")
        init_cpu, init_wall = _init([*compared, subjects.authorizer], endpoint, effort)
        _say("Warm requests")
        warmed = [subjects.service, subjects.compiled, subjects.floor, subjects.authorizer, subjects.decision]
        warm, warm_rounds, memory = _warm(warmed, endpoint, effort)
        _say("Invocations in Lambda's runtime")
        invocations = runtime.measure(compared, endpoint, max(1, effort.environments // 3), effort.requests)
        _say("Instructions")
        counts = {}
        if effort.counts and instructions.is_available():
            counts = instructions.count([*compared, subjects.call, subjects.line, subjects.libraries], endpoint)
    _say("First requests over TLS")
    first = _first(subjects, effort)
    _say("Batches")
    batch = _batch(subjects.batch, effort)
    size = {architecture: zipped_size(artifact) for architecture, artifact in subjects.artifacts.items()}
    size |= {subject.name: zipped_size(subject.path[0]) for subject in compared}
    return Measured(init_cpu, init_wall, warm, warm_rounds, memory, first, invocations, counts, size, batch)


def _init(subjects: list[Subject], endpoint: str, effort: Effort) -> tuple[Samples, Samples]:
    cpu: Samples = {subject.name: [] for subject in subjects}
    wall: Samples = {subject.name: [] for subject in subjects}
    for _ in range(effort.environments):
        for subject in subjects:
            with working(subject, endpoint) as worker:
                cpu[subject.name].append(worker.init["cpu"] / 1e6)
                wall[subject.name].append(worker.init["wall"] / 1e6)
    return cpu, wall


def _warm(subjects: list[Subject], endpoint: str, effort: Effort) -> tuple[Samples, Samples, dict[str, int]]:
    """Return the CPU time of each request, the median of each round, and the peak of memory in KiB."""
    costs: Samples = {subject.name: [] for subject in subjects}
    medians: Samples = {subject.name: [] for subject in subjects}
    memory: dict[str, int] = {}
    with ExitStack() as running:
        workers = {subject.name: running.enter_context(working(subject, endpoint)) for subject in subjects}
        for worker in workers.values():
            worker.run(effort.requests)
        for _ in range(effort.rounds):
            for name, worker in workers.items():
                done = worker.run(effort.requests)
                costs[name] += [cost / 1e6 for cost in done["cpu"]]
                medians[name].append(median(done["cpu"]) / 1e6)
                memory[name] = done["memory"]
    return costs, medians, memory


def _first(subjects: Subjects, effort: Effort) -> Samples:
    """Return the CPU time of the first request of each new process, over TLS."""
    with tls_stub() as endpoint:
        trusting = [
            replace(subject, environment=subject.environment | trust)
            for subject, trust in [
                (subjects.service, endpoint.amazon),
                (subjects.primed, endpoint.amazon),
                (subjects.compiled, endpoint.botocore),
                (subjects.floor, endpoint.amazon),
            ]
        ]
        first: Samples = {subject.name: [] for subject in trusting}
        for _ in range(effort.environments):
            for subject in trusting:
                with working(subject, endpoint.url) as worker:
                    first[subject.name].append(worker.run(1)["cpu"][0] / 1e6)
    return first


def _batch(subject: Subject, effort: Effort) -> Batches:
    with stub(seconds=0.004) as port, working(subject, f"http://localhost:{port}") as worker:
        worker.confine()
        before = worker.run(1)["memory"]
        done = worker.run(effort.environments)
        return Batches([wall / 1e9 for wall in done["wall"]], (before, done["memory"]))


def _say(what: str) -> None:
    print(f"{what} ...", flush=True)
