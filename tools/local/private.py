"""What other users of the machine must not read."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path


def write_private(file: Path, text: str) -> None:
    """Write a file that only this user can read, at once and whole."""
    _made(file, text).replace(file)


def secret_in(file: Path) -> str:
    """Return the secret that `file` holds, made when it is first asked for."""
    if not file.exists():
        made = _made(file, secrets.token_urlsafe())
        # Another process may have been faster: then its secret counts.
        with suppress(FileExistsError):
            os.link(made, file)
        made.unlink()
    return file.read_text()


def _made(file: Path, text: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(descriptor, "w") as made:
        made.write(text)
    return Path(name)
