"""Runs child processes that end with this process, even if it is killed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen

from tools.command import Command, start
from tools.errors import CommandError
from tools.local.programs import ROOT

# The command runs in a process group with a watcher that reads from a pipe. Nothing is written to the pipe. It closes
# when this process closes it or ends, even by SIGKILL, and the watcher then kills the whole group.
_GUARD = """
exec 3<&0 </dev/null
{ read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 &
exec 3<&-
exec "$@"
"""

_LINES_SHOWN = 15


@contextmanager
def guarded(command: Command, env: Mapping[str, str], log: Path, cwd: Path = ROOT) -> Iterator[Popen[str]]:
    """Run `command` for as long as the block lasts, and write its output to `log`."""
    words = ["sh", "-c", _GUARD, "sh", *command]
    with (
        log.open("wb") as output,
        # Leaving the block closes the pipe.
        start(words, env=env, cwd=cwd, stdin=PIPE, stdout=output, stderr=STDOUT, start_new_session=True) as process,
    ):
        yield process


def run(command: Command, env: Mapping[str, str], log: Path, cwd: Path = ROOT) -> None:
    """Run `command` to its end; if it fails, raise CommandError with the last lines of its output."""
    with guarded(command, env, log, cwd) as process:
        code = process.wait()
    if code:
        raise CommandError(f"The command failed with exit code {code}. Last lines of {log}:\n{last_lines(log)}")


def last_lines(log: Path) -> str:
    """Return the last lines of a log, indented."""
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-_LINES_SHOWN:])
