"""The benchmark's gate: its limits, and when it can't measure."""

from pathlib import Path

import pytest

from tools.bench import measure, program
from tools.bench.measure import INIT, WARM
from tools.bench.report import LIMITS, shares

OTHERS = {"typical": {INIT: 5_000, WARM: 1_000}, "bare call": {INIT: 100, WARM: 419}}


@pytest.mark.parametrize(("init", "warm", "dearer"), [(1_049, 569, None), (1_049, 571, WARM), (1_051, 569, INIT)])
def test_each_share_of_instructions_has_its_limit(init, warm, dearer):
    found = shares(OTHERS | {"service": {INIT: init, WARM: warm}})
    assert [each for each in LIMITS if found[each] > LIMITS[each]] == [each for each in LIMITS if each[0] == dearer]


def test_the_gate_fails_without_valgrind(monkeypatch):
    monkeypatch.setattr(measure.shutil, "which", lambda _: None)
    with pytest.raises(SystemExit, match="Install valgrind"):
        measure.count_instructions({"service": program.Program("os.getcwd", Path("/"))})
