"""Where the tools of the local stack are, and the environment they run in."""

import fcntl
import os
import platform
import secrets
from pathlib import Path

from tools.command import run

ROOT = Path(__file__).parents[2]
LOCAL = ROOT / ".local"
REGION = "us-east-1"

# The emulator gives the API this id. Its guard sends every request without the session token there.
API_ID, STAGE = "c0ffee00", "live"

_SAM = ROOT / ".tools/sam/bin/python"
_EMULATOR = ROOT / ".tools/ministack/bin/python"
_UV = ROOT / ".venv/bin/uv"

# Started as modules: a script's first line holds the path at which it was installed, and a checkout can move.
SAM: list[str | Path] = [_SAM, "-m", "samcli"]
EMULATOR: list[str | Path] = [
    _EMULATOR, "-m", "hypercorn", "tools.local.access:answer", "--workers", "0", "--keep-alive", "75",
]  # fmt: skip

# Never the developer's own account: no profile, no file with credentials, and keys that mean nothing.
DUMMY_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
}

# What the shell, or the make or the Python that started us, says to others: it would mislead SAM CLI, or keep it from
# writing byte code, and all of it is compiled anew for each command.
_NOT_INHERITED = ("AWS_", "MAKE", "MFLAGS", "PYTHON", "VIRTUAL_ENV")


def session_token() -> str:
    """Return what the emulators of this checkout demand of AWS's clients. The file is for this user only."""
    LOCAL.mkdir(exist_ok=True)
    with os.fdopen(os.open(LOCAL / "token", os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        # Another process may be making it at this moment.
        fcntl.flock(file, fcntl.LOCK_EX)
        token = file.read()
        if not token:
            token = secrets.token_urlsafe()
            file.write(token)
        return token


def sam_environment(endpoint: str) -> dict[str, str]:
    """Return an environment in which SAM CLI builds for the emulator and deploys to it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}
    return inherited | DUMMY_CREDENTIALS | _build_variables() | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_SESSION_TOKEN": session_token(),
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "SAM_CLI_TELEMETRY": "0",
        # Seconds between its looks at a deployment; 5 by default.
        "SAM_CLI_POLL_DELAY": "0.1",
    }  # fmt: skip


def emulator_environment(folder: Path, port: int) -> dict[str, str]:
    """Return the emulator's whole environment. Functions inherit it, so it holds nothing of the developer's."""
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "GATEWAY_PORT": str(port),
        "AWS_SESSION_TOKEN": session_token(),
        # Listeners on fixed ports, for services that aren't used here.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
    }


def _build_variables() -> dict[str, str]:
    """Return what functions/Makefile reads. The emulator runs functions with its own interpreter."""
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    version = run([_EMULATOR, "-c", program]).stdout.strip()
    system = "apple-darwin" if platform.system() == "Darwin" else "manylinux2014"
    here = f"{platform.machine()}-{system}".replace("arm64", "aarch64").replace("AMD64", "x86_64")
    return {"UV": str(_UV), "PYTHON_VERSION": version, "PLATFORMS": here}
