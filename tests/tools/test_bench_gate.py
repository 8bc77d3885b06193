"""The gate on instructions: what it lets pass."""

import json

import pytest

from tools.bench import gate

ACCEPTED = {"init": 1_000_000, "request": 1_000}


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run the gate over given counts, with the baseline ACCEPTED of Python 3.13."""
    baseline = tmp_path / "baseline.json"
    baseline.write_text(json.dumps({"comparable": {"Python": "3.13"}, "instructions": ACCEPTED}))
    monkeypatch.setattr(gate, "BASELINE", baseline)
    monkeypatch.setattr(gate.instructions, "is_available", lambda: True)

    def check(counts, python="3.13"):
        monkeypatch.setattr(gate, "_comparable", lambda: {"Python": python})
        monkeypatch.setattr(gate, "_measure", lambda: ACCEPTED | counts)
        return gate.check()

    return check


@pytest.mark.parametrize("counts", [{}, {"request": 1_029}, {"init": 970_000}])
def test_what_costs_about_the_same_passes(run, counts):
    assert run(counts)


@pytest.mark.parametrize("counts", [{"request": 1_031}, {"init": 1_031_000}, {"request": 1_031, "init": 900_000}])
def test_what_costs_more_does_not_pass(run, counts):
    assert not run(counts)


def test_an_improvement_passes_and_asks_to_be_accepted(run, capsys):
    assert run({"request": 900})
    assert "--update" in capsys.readouterr().out


def test_another_python_is_not_compared(run, capsys):
    assert run({"request": 2_000}, python="3.14")
    assert "another Python" in capsys.readouterr().out


def test_without_valgrind_nothing_is_compared(run, monkeypatch, capsys):
    monkeypatch.setattr(gate.instructions, "is_available", lambda: False)
    assert run({"request": 2_000})
    assert "valgrind" in capsys.readouterr().out


def test_what_is_accepted_is_the_new_baseline(run):
    run({"request": 2_000})
    gate.update()
    assert gate.check()
