"""`make bench`, with hardly anything measured: every part of it runs, and says what it found."""

import re
import sys

import pytest

from tests.conftest import ROOT
from tools.command import run

COMMAND = [ROOT / ".tools/bench/bin/python", "-m", "tools.bench", "--quick"]
WRITTEN = [ROOT / "docs/performance.md", ROOT / "docs/performance.svg"]


@pytest.mark.usefixtures("tools")
def test_the_benchmark_measures_each_of_its_goals():
    before = [page.read_text() for page in WRITTEN]
    ended = run(COMMAND, cwd=ROOT)
    if sys.version_info[:2] != (3, 13) or sys.platform != "linux":
        assert "3.13" in ended.stderr
        return
    assert ended.returncode == 0, ended.stderr
    goals = dict(re.findall(r"^(\S.*?) {2,}(\S.*?) +≤", ended.stdout, re.MULTILINE))
    assert goals.pop("warm instructions, service / typical") == "not counted"
    assert len(goals) == 7
    assert all(float(measured.split()[0]) > 0 for measured in goals.values())
    # The only one that neither the machine nor the number of measurements can change.
    assert re.search(r"^artifact, zipped, .* MB {2}met$", ended.stdout, re.MULTILINE)
    assert [page.read_text() for page in WRITTEN] == before
