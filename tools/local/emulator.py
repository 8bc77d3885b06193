"""The emulator of AWS, on a loopback port."""

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory

from tools.errors import CommandError
from tools.local import programs
from tools.local.process import guarded, last_lines
from tools.local.step import step

HOST = "127.0.0.1"
_SECONDS_TO_START = 60


@contextmanager
def emulating(folder: Path, port: int | None, hosts: Sequence[str] = (HOST,)) -> Iterator[str]:
    """Run the emulator on a port, or a free one, of each of this machine's hosts. Yield the endpoint at the first."""
    chosen = port or 0
    for host in hosts:
        chosen = claim(host, chosen)
    addresses = [f"{host}:{chosen}" for host in hosts]
    endpoint = f"http://{addresses[0]}"
    log = folder / "emulator.log"
    binding = [word for address in addresses for word in ("--bind", address)]
    with (
        # A copy of the artifact per function: too much to keep.
        TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as temporary,
        guarded([*programs.EMULATOR, *binding], programs.emulator_environment(temporary, chosen), log) as process,
    ):
        with step("Starting the emulator"):
            _wait(process, endpoint, log)
        yield endpoint


def claim(host: str, port: int) -> int:
    """Return the port, or for 0 a free one, if nothing listens on it."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} is not available ({error}). Choose another: make serve PORT=8001."
            ) from error
        return int(listener.getsockname()[1])


def _wait(process: Popen[str], endpoint: str, log: Path) -> None:
    # The log says when this emulator listens. A connection could reach another one, which took the port earlier.
    deadline = time.monotonic() + _SECONDS_TO_START
    while f"Running on {endpoint}" not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise CommandError(f"The emulator did not start. Last lines of {log}:\n{last_lines(log)}")
        time.sleep(0.1)
