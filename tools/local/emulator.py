"""The emulator of AWS, on a loopback port."""

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import Popen

from tools.local import programs
from tools.local.errors import StackError
from tools.local.process import guarded, last_lines
from tools.local.step import step

HOST = "127.0.0.1"
_PORTS_TRIED = 3
_SECONDS_TO_START = 60


@contextmanager
def emulating(folder: Path, port: int | None, hosts: Sequence[str] = (HOST,)) -> Iterator[str]:
    """Run the emulator on `port`, or on any free one, of each of this machine's `hosts`; yield the first's endpoint."""
    log = folder / "emulator.log"
    (folder / "tmp").mkdir()
    with ExitStack() as running:
        with step("Starting the emulator"):
            endpoint = _start(running, port, hosts, folder / "tmp", log)
        yield endpoint


def _start(running: ExitStack, port: int | None, hosts: Sequence[str], folder: Path, log: Path) -> str:
    # Between finding a free port and the emulator's taking it, another process may have been faster.
    for _ in range(_PORTS_TRIED):
        chosen = port or 0
        for host in hosts:
            chosen = claim(host, chosen)
        environment = programs.emulator_environment(folder, chosen)
        command = [*programs.EMULATOR, *(f"{host}:{chosen}" for host in hosts)]
        process = running.enter_context(guarded(command, environment, log))
        endpoint = f"http://{hosts[0]}:{chosen}"
        if _is_up(process, endpoint, log):
            return endpoint
    raise StackError(f"The emulator did not start; the end of {log}:\n{last_lines(log)}")


def claim(host: str, port: int) -> int:
    """Return `port`, or for 0 a free one, if it can be had at this moment."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            reason = (error.strerror or "").lower()
            raise StackError(f"Port {port} can't be used ({reason}): choose another with PORT=.") from error
        return int(listener.getsockname()[1])


def _is_up(process: Popen[str], endpoint: str, log: Path) -> bool:
    """Wait until the emulator listens; False if it ended instead."""
    # Its own log says so. To ask the port would not tell this emulator from another that was faster.
    announcement = f"Running on {endpoint}"
    deadline = time.monotonic() + _SECONDS_TO_START
    while process.poll() is None:
        if announcement in log.read_text(errors="replace"):
            return True
        if time.monotonic() > deadline:
            raise StackError(f"The emulator is not up after {_SECONDS_TO_START} s; its log is {log}.")
        time.sleep(0.1)
    return False
