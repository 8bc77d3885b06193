"""The emulator of AWS, on a loopback port."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import Popen

from tools.local import programs
from tools.local.errors import StackError
from tools.local.process import guarded, last_lines
from tools.local.step import step

_HOST = "127.0.0.1"
_PORTS_TRIED = 3
_SECONDS_TO_START = 60


@contextmanager
def emulating(folder: Path, port: int | None) -> Iterator[str]:
    """Run the emulator on `port`, or on any free one; yield its endpoint."""
    log = folder / "emulator.log"
    (folder / "tmp").mkdir()
    with ExitStack() as running:
        with step("Starting the emulator"):
            endpoint = _start(running, port, folder / "tmp", log)
        yield endpoint


def _start(running: ExitStack, port: int | None, folder: Path, log: Path) -> str:
    if port is not None:
        _claim(port)
    # Between finding a free port and the emulator's taking it, another process may have been faster.
    for _ in range(_PORTS_TRIED):
        chosen = port if port is not None else _claim(0)
        environment = programs.emulator_environment(folder, chosen)
        command = [*programs.EMULATOR, f"{_HOST}:{chosen}"]
        process = running.enter_context(guarded(command, environment, log))
        if _is_up(process, chosen, log):
            return f"http://{_HOST}:{chosen}"
    raise StackError(f"The emulator did not start; the end of {log}:\n{last_lines(log)}")


def _claim(port: int) -> int:
    """Return `port`, or for 0 a free one, if it can be had at this moment."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_HOST, port))
        except OSError as error:
            reason = (error.strerror or "").lower()
            raise StackError(f"Port {port} can't be used ({reason}): choose another with PORT=.") from error
        return int(listener.getsockname()[1])


def _is_up(process: Popen[str], port: int, log: Path) -> bool:
    """Wait until the emulator listens; False if it ended instead."""
    # Its own log says so. To ask the port would not tell this emulator from another that was faster.
    announcement = f"Running on http://{_HOST}:{port}"
    deadline = time.monotonic() + _SECONDS_TO_START
    while process.poll() is None:
        if announcement in log.read_text(errors="replace"):
            return True
        if time.monotonic() > deadline:
            raise StackError(f"The emulator is not up after {_SECONDS_TO_START} s; its log is {log}.")
        time.sleep(0.1)
    return False
