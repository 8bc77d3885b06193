"""Runs commands whose words are the project's own. No shell reads them."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen
from typing import Any

Command = Sequence[str | Path]


def start(command: Command, **options: Any) -> Popen[str]:
    """Start a command, with Popen's own options."""
    return subprocess.Popen(command, text=True, **options)  # noqa: S603 -- our own words


def run(
    command: Command, *, env: Mapping[str, str] | None = None, cwd: Path | None = None, given: str | None = None
) -> CompletedProcess[str]:
    """Give a command its input, wait for its end, and return its exit code with all that it wrote."""
    with start(command, env=env, cwd=cwd, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        output, errors = process.communicate(given)
    return CompletedProcess(process.args, process.returncode, output, errors)
