"""Runs commands without a shell. All their arguments come from the project."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen
from typing import Any

Command = Sequence[str | Path]


def start(command: Command, **options: Any) -> Popen[str]:
    """Start a command, with Popen's own options."""
    return subprocess.Popen(command, text=True, **options)  # noqa: S603 -- the project's own arguments


def run(
    command: Command, *, env: Mapping[str, str] | None = None, cwd: Path | None = None, stdin: str | None = None
) -> CompletedProcess[str]:
    """Run a command with an input, and return its exit code and its output."""
    with start(command, env=env, cwd=cwd, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        output, errors = process.communicate(stdin)
    return CompletedProcess(process.args, process.returncode, output, errors)
