"""Runs tests against a copy of the project in which one line is broken."""

import os
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.command import run
from tools.mutation.mutations import Mutation

ROOT = Path(__file__).parents[2]
_COPIED = ["events", "functions", "tools", "tests"]
_LINKED = [".tools", ".venv", "pyproject.toml", *(file.name for file in ROOT.glob("*.yaml"))]
_OPTIONS = ["-x", "-q", "--show-capture=no", "-p", "no:cacheprovider", "--hypothesis-profile=unshrunk"]
# pytest's exit code when it ran, and tests failed.
_FAILED = 1


class SurvivedError(Exception):
    """The tests did not notice that the line was broken, or could not be run."""


def noticed_by(mutation: Mutation) -> str:
    """Break the line, run its tests, and return the name of the one that failed. Raises SurvivedError."""
    tests = [f"tests/reliability/{word}" if word.endswith(".py") else word for word in mutation.tests.split()]
    environment = {name: value for name, value in os.environ.items() if name != "FULL_SIZE"}
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in _COPIED:
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in _LINKED:
            (copy / name).symlink_to(ROOT / name)
        (copy / "functions" / mutation.file).write_text(mutated(mutation))
        ended = run([sys.executable, "-m", "pytest", *_OPTIONS, *tests], cwd=copy, env=environment)
    found = re.search(r"^(?:FAILED|ERROR) tests/reliability/(.+?)(?: - .*)?$", ended.stdout, re.MULTILINE)
    if ended.returncode != _FAILED or not found:
        raise SurvivedError(ended.stdout[-2000:] + ended.stderr[-2000:])
    return found[1]


def mutated(mutation: Mutation) -> str:
    """Return the text of the mutation's file with the line broken. tests/tools/test_mutations.py holds it to one."""
    return (ROOT / "functions" / mutation.file).read_text().replace(mutation.old, mutation.new)
