"""The gate on instructions: what it lets pass."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from tools.bench import gate, instructions
from tools.bench.instructions import Count
from tools.bench.subject import BenchError, Subject

TYPICAL = {
    "typical": Count(init=100_000, request=10_000),
    "typical, byte code": Count(init=100_000 * gate.INIT_TO_TYPICAL / gate.INIT_TO_COMPILED, request=10_000),
    "floor": Count(init=1, request=10_000 * gate.SERVICE_TO_TYPICAL / gate.SERVICE_TO_FLOOR),
}
# What is just within every limit.
INIT, REQUEST = 100_000 * gate.INIT_TO_TYPICAL, 10_000 * gate.SERVICE_TO_TYPICAL


@pytest.fixture
def run(monkeypatch):
    """Run the gate over given counts of the service."""

    def check(init, request):
        monkeypatch.setattr(gate, "prepare", list)
        monkeypatch.setattr(gate, "stub", lambda: nullcontext("http://localhost"))
        monkeypatch.setattr(gate.instructions, "count", lambda *_: TYPICAL | {"service": Count(init, request)})
        return gate.check()

    return check


def test_what_is_within_the_limits_passes(run):
    assert run(INIT, REQUEST)


@pytest.mark.parametrize(("init", "request_"), [(INIT * 1.04, REQUEST), (INIT, REQUEST * 1.02)])
def test_what_is_dearer_does_not_pass(run, capsys, init, request_):
    assert not run(init, request_)
    assert "not met" in capsys.readouterr().out


def test_where_nothing_can_be_counted_the_gate_fails(monkeypatch):
    monkeypatch.setattr(instructions.shutil, "which", lambda _: None)
    with pytest.raises(BenchError, match="install valgrind"):
        instructions.count([Subject("service", "os.getcwd", Path("/"))], "http://localhost")
