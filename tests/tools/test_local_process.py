"""Child processes of the local stack, and their children, end with the process that started them."""

import os
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from tools.command import start
from tools.errors import CommandError
from tools.local.process import run
from tools.local.programs import ROOT

# Prints a line when it is up. Its child prints another one if it survives.
_FAMILY = ["sh", "-c", "{ sleep 30; echo survived; } & echo up; wait"]


@pytest.mark.parametrize("then", ["pass", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_no_process_survives_the_end_of_the_block_or_a_sigkill(tmp_path: Path, then: str) -> None:
    # A reader gets the end of the pipe when every process that can write to it has ended.
    log = tmp_path / "pipe"
    os.mkfifo(log)
    program = f"""
import os, pathlib, signal, sys
from tools.local.process import guarded
with guarded({_FAMILY!r}, os.environ, pathlib.Path({str(log)!r})):
    sys.stdin.readline()
    {then}
"""
    with start([sys.executable, "-c", program], cwd=ROOT, stdin=PIPE) as parent, log.open() as output:
        assert output.readline() == "up\n"
        parent.communicate("\n")
        assert output.read() == ""


def test_a_failing_command_is_reported_with_the_end_of_its_output(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"exit code 3(.|\n)*this is why"):
        run(["sh", "-c", "echo this is why; exit 3"], os.environ, tmp_path / "log")
