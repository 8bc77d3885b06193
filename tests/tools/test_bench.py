"""`make bench`, with hardly anything measured: every part of it runs, and says what it found."""

import sys
from dataclasses import replace

import pytest

from tools.bench import instructions, report, subject
from tools.bench.instructions import Count
from tools.bench.measure import Measured, measure

NAMES = ["service", "typical", "typical, byte code", "floor"]
MEASURED = Measured(
    init={name: [100.0, 300.0] for name in NAMES},
    warm={name: [1.0] for name in NAMES},
    counts=dict.fromkeys(NAMES, Count(init=1_000, request=100)),
    size=dict.fromkeys(NAMES, 1_000_000),
    batches=[1.0],
)


@pytest.mark.usefixtures("tools")
@pytest.mark.skipif(sys.version_info[:2] != (3, 13) or sys.platform != "linux", reason="what the functions run")
def test_the_benchmark_measures_everything_that_its_tables_hold(monkeypatch):
    monkeypatch.setattr(instructions, "count", lambda *_: MEASURED.counts)
    measured = measure(subject.prepare(), environments=1, rounds=1, requests=3)
    assert len(report.goals(measured)) == 1 + 7
    assert all(times and min(times) > 0 for samples in (measured.init, measured.warm) for times in samples.values())
    assert min(measured.batches) > 0
    assert len(report.figures(measured)) == 1 + 5


def goal_of(measured, what):
    [row] = [row for row in report.goals(measured) if what in row[0]]
    return row[1:]


@pytest.mark.parametrize(
    ("what", "changed", "row"),
    [
        ("batch", {"batches": [1.2]}, ["1.20 s", "≤ 1.20 s", "met"]),
        ("batch", {"batches": [1.21]}, ["1.21 s", "≤ 1.20 s", "not met"]),
        ("instructions", {"counts": MEASURED.counts | {"service": Count(0, 51)}}, ["0.51", "≤ 0.51", "met"]),
        ("init", {"init": MEASURED.init | {"typical": [400.0, 1000.0]}}, ["0.28", "≤ 0.28", "met"]),
        ("median", {"warm": MEASURED.warm | {"service": [2.0]}}, ["7.4 ms", "≤ 5.6 ms", "not met"]),
    ],
)
def test_a_goal_is_met_up_to_its_limit(what, changed, row):
    assert goal_of(replace(MEASURED, **changed), what) == row


def test_another_system_is_told_why_it_cannot_measure(monkeypatch):
    monkeypatch.setattr(subject.platform, "system", lambda: "Darwin")
    with pytest.raises(subject.BenchError, match=r"3\.13, and needs Linux"):
        subject.prepare()
