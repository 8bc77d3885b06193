"""The benchmark's gate: what it lets pass, and where it can't measure."""

from pathlib import Path

import pytest

from tools.bench import instructions, subject
from tools.bench.gate import shares
from tools.bench.instructions import Count

OTHERS = {
    "typical": Count(init=5_000, request=1_000),
    "typical, byte code": Count(init=1_346, request=1_000),
    "floor": Count(init=100, request=161),
}


@pytest.mark.parametrize(
    ("service", "dearer"),
    [
        (Count(init=1_049, request=579), set()),
        (Count(init=1_049, request=581), {"warm request, service / typical", "warm request, service / floor"}),
        (Count(init=1_051, request=579), {"init, service / typical", "init, service / typical with byte code"}),
    ],
)
def test_each_share_of_the_services_instructions_has_its_limit(service, dearer):
    found = shares(OTHERS | {"service": service})
    assert {share.what for share in found if share.value > share.limit} == dearer


def test_where_nothing_can_be_counted_the_gate_fails(monkeypatch):
    monkeypatch.setattr(instructions.shutil, "which", lambda _: None)
    with pytest.raises(subject.BenchError, match="install valgrind"):
        instructions.count([subject.Subject("service", "os.getcwd", Path("/"))], "http://localhost")


def test_another_system_is_told_why_it_cannot_measure(monkeypatch):
    monkeypatch.setattr(subject.platform, "system", lambda: "Darwin")
    with pytest.raises(subject.BenchError, match=r"3\.13, and needs Linux"):
        subject.prepare()
