"""What came out, as tables: the goals, and everything that was measured."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from tools.bench.measure import Measured
from tools.bench.subject import ROOT, Subjects

Table = list[Sequence[str]]
"""Rows of cells, the first of them the header."""

_NONE = ""


@dataclass(frozen=True)
class Goal:
    """Something that is to be at most so much."""

    what: str
    value: float | None
    limit: float
    form: str = "{:.2f}"

    def row(self) -> list[str]:
        """Return the goal's line in the table."""
        limit = f"≤ {self.form.format(self.limit)}"
        if self.value is None:
            return [self.what, "not counted", limit, _NONE]
        measured = self.form.format(self.value)
        # As it is printed, so that nothing reads "0.50, at most 0.50, not met".
        met = float(measured.split()[0]) <= self.limit
        return [self.what, measured, limit, "met" if met else "not met"]


def goals(subjects: Subjects, measured: Measured) -> Table:
    """Return the goals and whether they are met."""
    service, typical, compiled, floor = subjects.service, subjects.typical, subjects.compiled, subjects.floor
    counted = measured.counts
    instructions = counted[service.name].request / counted[compiled.name].request if counted else None
    size = max(measured.size[architecture] for architecture in subjects.artifacts) / 1e6
    rows = [
        Goal("warm instructions, service / typical", instructions, 0.48),
        Goal("warm CPU, service / typical", measured.ratio(measured.warm_rounds, service, compiled), 0.56),
        Goal("warm CPU, service / floor", measured.ratio(measured.warm_rounds, service, floor), 4.0),
        Goal(
            "init CPU, service / typical as SAM packages it", measured.ratio(measured.init_cpu, service, typical), 0.25
        ),
        Goal("init CPU, service / typical with byte code", measured.ratio(measured.init_cpu, service, compiled), 0.70),
        Goal("artifact for both processors, zipped", size, 11.0, "{:.2f} MB"),
        Goal("1,000 items, one processor, a table that takes 4 ms", median(measured.batch.seconds), 3, "{:.2f} s"),
        Goal("first request after init, TLS, CPU, primed", min(measured.first[subjects.primed.name]), 5, "{:.1f} ms"),
    ]
    return [["", "measured", "goal", ""], *(goal.row() for goal in rows)]


def figures(subjects: Subjects, measured: Measured) -> Table:
    """Return all that was measured of what is compared."""
    compared = [subjects.service, subjects.typical, subjects.compiled, subjects.floor]

    def row(what: str, cells: dict[str, str]) -> list[str]:
        return [what, *(cells.get(subject.name, _NONE) for subject in compared)]

    counted = measured.counts
    invocations = measured.invocations
    return [
        ["", *(subject.name for subject in compared)],
        row("init, CPU: minimum, median (ms)", _spread(measured.init_cpu)),
        row("init, wall: minimum, median (ms)", _spread(measured.init_wall)),
        row("init, instructions (million)", {name: f"{count.init / 1e6:.0f}" for name, count in counted.items()}),
        row("first request, TLS, CPU: minimum, median (ms)", _spread(measured.first, 1)),
        row("warm request, CPU: minimum, median (ms)", _spread(measured.warm, 3)),
        row(
            "warm request, instructions (million)",
            {name: f"{count.request / 1e6:.2f}" for name, count in counted.items()},
        ),
        row(
            "first invocation in Lambda's runtime (ms)",
            _spread({name: times.first for name, times in invocations.items()}),
        ),
        row(
            "warm invocation in Lambda's runtime (ms)",
            _spread({name: times.warm for name, times in invocations.items()}, 2),
        ),
        row("peak memory (MB)", {name: f"{kib * 1024 / 1e6:.0f}" for name, kib in measured.memory.items()}),
        row("artifact, zipped (MB)", {name: f"{size / 1e6:.2f}" for name, size in measured.size.items()}),
    ]


def parts(subjects: Subjects, measured: Measured) -> Table:
    """Return what else was measured: the service's parts, and the authorizer."""
    warm, counted, size = measured.warm, measured.counts, measured.size
    primed = measured.first[subjects.primed.name]
    rows: Table = [
        ["", ""],
        [
            "first request after init, TLS, CPU, primed: minimum, median (ms)",
            f"{min(primed):.1f}, {median(primed):.1f}",
        ],
        ["authorizer: init, CPU: minimum, median (ms)", _spread(measured.init_cpu)[subjects.authorizer.name]],
        ["authorizer: warm request, CPU: minimum, median (µs)", _microseconds(warm[subjects.authorizer.name])],
        ["of which the cached decision (µs)", _microseconds(warm[subjects.decision.name])],
        [
            "batch of 1,000, one processor, a table that takes 4 ms: minimum, median (s)",
            f"{min(measured.batch.seconds):.2f}, {median(measured.batch.seconds):.2f}",
        ],
        [
            f"its peak memory, after the first and {len(measured.batch.seconds)} more (MB)",
            ", ".join(f"{kib * 1024 / 1e6:.0f}" for kib in measured.batch.memory),
        ],
        *([f"artifact, {name}, zipped (MB)", f"{size[name] / 1e6:.2f}"] for name in subjects.artifacts),
    ]
    if counted:
        typical = counted[subjects.compiled.name]
        for subject in (subjects.service, subjects.call, subjects.line):
            share = counted[subject.name].request / typical.request
            rows.append([f"{subject.name}: instructions a request, of the typical's", f"{share:.3f}"])
        for subject in (subjects.service, subjects.libraries):
            share = counted[subject.name].init / typical.init
            rows.append([f"{subject.name}: instructions of init, of the typical's with byte code", f"{share:.3f}"])
    return rows


def document(subjects: Subjects, measured: Measured) -> str:
    """Return docs/performance.md."""
    return f"""# Performance

Generated by `make bench` on {datetime.now(UTC):%Y-%m-%d}. Do not edit: run it again.

![The service beside a typical implementation and the floor](performance.svg)

Four programs do the same job for the same event: validate a submission, write it with one conditional update, log one
line with metrics, answer.

- **service**: what `sam build` makes of this repository.
- **typical**: Powertools' Event Handler with validation, `boto3.resource`, the libraries in the service's own versions,
  packaged by SAM CLI's defaults (`tools/bench/typical/`).
- **typical, byte code**: the same artifact, compiled as the service's is, which SAM CLI does not do by itself.
- **floor**: a hand-signed request over one `http.client` connection, the standard library only (`tools/bench/floor/`).
  Nobody should deploy it.

All call the same stub, a process of its own that accepts every write at once. They take turns in one run, so that what
else the machine does hits all of them; ratios are medians over pairs of turns. Instructions are counted by valgrind
and hardly vary. In Lambda, a function has a share of a processor by its memory, so times there are other than these,
and ratios of CPU time are what carries over. The CPU time of a system call grows with what else the machine does, which
instructions don't show: where the two disagree about a ratio, instructions are the steadier judge.

## Goals

{_markdown(goals(subjects, measured))}

The last table below says where the rest of it goes. Of a warm request, the SDK's one call and the log line are nine
tenths; reading, validation, the submission's digest, the expression and the response share what is left. Of init, the
libraries (botocore, pydantic, Powertools) are nearly all. The ratios of CPU time scatter from run to run on a shared
machine.

## Figures

{_markdown(figures(subjects, measured))}

A warm request of the typical costs the same with byte code and without, so it is measured once.
*primed* is what SnapStart gives: the service has rehearsed a request before the snapshot (`functions/snapshot.py`).

{_markdown(parts(subjects, measured))}

## Where this was measured

{_machine()}
"""


def text(table: Table) -> str:
    """Return a table for a terminal."""
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table
    )


def _markdown(table: Table) -> str:
    header, *rows = ["| " + " | ".join(row) + " |" for row in table]
    return "\n".join([header, "|---" * len(table[0]) + "|", *rows])


def _spread(samples: dict[str, list[float]], digits: int = 0) -> dict[str, str]:
    return {name: f"{min(times):.{digits}f}, {median(times):.{digits}f}" for name, times in samples.items()}


def _microseconds(times: list[float]) -> str:
    return f"{min(times) * 1000:.1f}, {median(times) * 1000:.1f}"


def _machine() -> str:
    pins = (ROOT / "functions/requirements.in").read_text().split()
    return f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}, {', '.join(pins)}."
