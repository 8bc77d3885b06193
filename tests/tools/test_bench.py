"""The benchmark's gate: what it lets pass, and where it can't measure."""

from pathlib import Path

import pytest

from tools.bench import measure, subject
from tools.bench.__main__ import LIMITS, shares
from tools.bench.measure import INIT, WARM

OTHERS = {
    "typical": {INIT: 5_000, WARM: 1_000},
    "typical, byte code": {INIT: 1_346, WARM: 1_000},
    "floor": {INIT: 100, WARM: 161},
}


@pytest.mark.parametrize(("init", "warm", "dearer"), [(1_049, 579, None), (1_049, 581, WARM), (1_051, 579, INIT)])
def test_each_share_of_the_services_instructions_has_its_limit(init, warm, dearer):
    found = shares(OTHERS | {"service": {INIT: init, WARM: warm}})
    assert [each for each in LIMITS if found[each] > LIMITS[each]] == [each for each in LIMITS if each[0] == dearer]


def test_where_nothing_can_be_counted_the_gate_fails(monkeypatch):
    monkeypatch.setattr(measure.shutil, "which", lambda _: None)
    with pytest.raises(subject.BenchError, match="install valgrind"):
        measure.count_instructions([subject.Subject("service", "os.getcwd", Path("/"))], "http://localhost")


def test_another_system_is_told_why_it_cannot_measure(monkeypatch):
    monkeypatch.setattr(subject.platform, "system", lambda: "Darwin")
    with pytest.raises(subject.BenchError, match=r"3\.13, and needs Linux"):
        subject.prepare()
