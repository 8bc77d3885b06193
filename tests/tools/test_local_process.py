"""Child processes of the local stack, grandchildren included, end with the process that started them."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tools import command
from tools.local.errors import StackError
from tools.local.process import guarded, run
from tools.local.programs import ROOT

# A child with a child of its own, whose process id it tells.
_FAMILY = ["sh", "-c", "sleep 60 & echo $!; wait"]


def test_leaving_the_block_ends_the_whole_family(tmp_path: Path) -> None:
    with guarded(_FAMILY, os.environ, tmp_path / "log"):
        grandchild = _told(tmp_path / "log")
        assert _is_alive(grandchild)
    assert _ends(grandchild)


def test_even_sigkill_leaves_no_process_behind(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = f"""
import os, pathlib, time
from tools.local.process import guarded
with guarded({_FAMILY!r}, os.environ, pathlib.Path({str(log)!r})):
    time.sleep(60)
"""
    with command.start([sys.executable, "-c", program], cwd=ROOT) as parent:
        grandchild = _told(log)
        parent.send_signal(signal.SIGKILL)
    assert _ends(grandchild)


def test_a_failing_command_is_reported_with_the_end_of_its_output(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"exit code 3(.|\n)*this is why"):
        run(["sh", "-c", "echo this is why; exit 3"], os.environ, tmp_path / "log")


def _told(log: Path) -> int:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if log.exists() and log.read_text().endswith("\n"):
            return int(log.read_text())
        time.sleep(0.05)
    raise AssertionError("the child said nothing")


def _is_alive(process: int) -> bool:
    """A zombie counts as ended: whoever adopted it has yet to notice."""
    state = command.run(["ps", "-o", "stat=", "-p", str(process)]).stdout
    return bool(state.strip()) and not state.startswith("Z")


def _ends(process: int) -> bool:
    deadline = time.monotonic() + 10
    while _is_alive(process) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not _is_alive(process)
