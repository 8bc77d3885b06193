"""Runs the service on this machine for the duration of a `with` block."""

import fcntl
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from urllib3 import BaseHTTPResponse, PoolManager

from tools.errors import CommandError
from tools.local.deployment import deploy, functions, outputs
from tools.local.emulated_aws import client
from tools.local.emulator import HOST, emulating
from tools.local.programs import LOCAL

_DESCRIPTION = LOCAL / "stack.json"


@dataclass(frozen=True)
class Stack:
    """Where the service runs, and the credentials of its client."""

    name: str
    url: str
    """The URL of the API, and the endpoint of the emulated AWS."""
    api_id: str
    api_secret: str
    table_name: str
    functions: dict[str, str]
    """Names of the functions in the emulator, by their names in the template."""
    log: Path

    @property
    def credentials(self) -> dict[str, str]:
        """The headers with the credentials of the client."""
        return {"asapp-api-id": self.api_id, "asapp-api-secret": self.api_secret}

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> BaseHTTPResponse:
        """Call the API, with the client's credentials if there are no headers. Return the response."""
        sent = self.credentials if headers is None else headers
        # A PoolManager ignores the proxies that the environment names.
        with PoolManager() as connections:
            return connections.request(method, self.url + path, body, headers=sent, timeout=60, retries=False)


@contextmanager
def running(name: str, port: int | None = None, hosts: Sequence[str] = (HOST,)) -> Iterator[Stack]:
    """Start the emulator and deploy the service to it. Stop both at the end.

    Each name has its own folder, logs and port, so stacks with different names can run at the same time.
    """
    folder = LOCAL / name
    with _exclusive(folder), emulating(folder, port, hosts) as endpoint:
        deploy(name, endpoint)
        deployed = outputs(endpoint)
        secret = client("secretsmanager", endpoint).get_secret_value(SecretId=deployed["CredentialsSecretArn"])
        [(api_id, api_secret)] = json.loads(secret["SecretString"]).items()
        log = folder / "emulator.log"
        yield Stack(name, endpoint, api_id, api_secret, deployed["TableName"], functions(endpoint), log)


@contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    """Empty the folder, unless another process uses it."""
    LOCAL.mkdir(exist_ok=True)
    # The kernel releases the lock when the process ends, even if it was killed.
    with folder.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(f"'make {folder.name}' is already running in this checkout. Stop it first.") from error
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        yield


def description(stack: Stack) -> dict[Path, str]:
    """Return the file from which other programs read where the stack is."""
    values = {"url": stack.url, "apiId": stack.api_id, "apiSecret": stack.api_secret}
    return {_DESCRIPTION: json.dumps(values, indent=2)}


@contextmanager
def private_files(texts: Mapping[Path, str]) -> Iterator[None]:
    """Keep these files for the duration of the block. Only this user can read them."""
    try:
        for file, text in texts.items():
            file.unlink(missing_ok=True)
            file.touch(mode=0o600)
            file.write_text(text)
        yield
    finally:
        for file in texts:
            file.unlink(missing_ok=True)


def served() -> dict[str, str]:
    """Return the description of the running `make serve`. Raise CommandError if there is none."""
    try:
        return dict(json.loads(_DESCRIPTION.read_text()))
    except (OSError, ValueError) as error:
        raise CommandError("The local stack is not running: start it with 'make serve'.") from error
