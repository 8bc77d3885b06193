"""The tools of the local stack: where they are, and the environments that they run in."""

import fcntl
import os
import secrets
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCAL = ROOT / ".local"
REGION = "us-east-1"

# The emulator gives the API this id. Its guard sends every request without the session token there.
API_ID, STAGE = "c0ffee00", "live"

EMULATORS_PYTHON = str(ROOT / ".tools/ministack/bin/python")
"""The interpreter that the emulator runs the functions with, instead of Lambda's."""

# Run as modules: a script contains the path at which it was installed, and a checkout can be moved.
SAM: list[str | Path] = [ROOT / ".tools/sam/bin/python", "-m", "samcli"]
EMULATOR: list[str | Path] = [
    EMULATORS_PYTHON, "-m", "hypercorn", "tools.local.access:answer", "--workers", "0", "--keep-alive", "75",
]  # fmt: skip

# Never the developer's own account: no profile, no credentials file, and keys that open nothing.
DUMMY_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
}

# Variables of the shell, of make and of our own Python that would mislead SAM CLI.
_NOT_INHERITED = ("AWS_", "MAKE", "MFLAGS", "PYTHON", "VIRTUAL_ENV")


def session_token() -> str:
    """Return the token that a call of the emulated AWS needs. Only this user can read its file."""
    LOCAL.mkdir(exist_ok=True)
    with os.fdopen(os.open(LOCAL / "token", os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        # Another process may be writing it at this moment.
        fcntl.flock(file, fcntl.LOCK_EX)
        token = file.read()
        if not token:
            token = secrets.token_urlsafe()
            file.write(token)
        return token


def build_environment() -> dict[str, str]:
    """Return an environment in which the build finds the project's uv."""
    return os.environ | {"PATH": f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"}


def sam_environment(endpoint: str) -> dict[str, str]:
    """Return an environment in which SAM CLI reaches the emulator, and no account of the developer's."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}
    return inherited | DUMMY_CREDENTIALS | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_SESSION_TOKEN": session_token(),
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "SAM_CLI_TELEMETRY": "0",
    }  # fmt: skip


def emulator_environment(folder: str, port: int) -> dict[str, str]:
    """Return the emulator's whole environment. Functions inherit it, so it contains nothing of the developer's."""
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": folder,
        "TMPDIR": folder,
        "GATEWAY_PORT": str(port),
        "AWS_SESSION_TOKEN": session_token(),
        # Not used here, and they listen on fixed ports.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
    }
