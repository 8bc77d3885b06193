"""Runs the reliability tests at full size, then breaks each line that they protect: `make reliability`."""

import os
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tools.command import run, start
from tools.mutation.mutations import MUTATIONS, Mutation

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Print what the tests recorded and which test noticed each break. Exit with a sentence if one fails to."""
    command = [sys.executable, "-m", "pytest", "tests/reliability", "--show-capture=no"]
    if start(command, cwd=ROOT, env=os.environ | {"FULL_SIZE": "1"}).wait():
        sys.exit("The tests failed.")
    for mutation in MUTATIONS:
        print(f"Broken so that {mutation.meaning} ... ", end="", flush=True)
        print(f"noticed by {noticed_by(mutation)}", flush=True)
    print(f"Each of {len(MUTATIONS)} broken lines was noticed.")


def noticed_by(mutation: Mutation) -> str:
    """Break the line in a copy of functions/, run its tests on the copy, and return the name of the one that failed."""
    options = ["-x", "-q", "--show-capture=no", "-p", "no:cacheprovider", "--hypothesis-profile=unshrunk"]
    with TemporaryDirectory() as folder:
        functions = Path(folder, "functions")
        shutil.copytree(ROOT / "functions", functions)
        [file] = [file for file in functions.rglob("*.py") if mutation.old in file.read_text()]
        file.write_text(file.read_text().replace(mutation.old, mutation.new))
        path = f"pythonpath={functions} . tests"
        command = [sys.executable, "-m", "pytest", *options, "-o", path, f"tests/{mutation.tests}"]
        ended = run(command, cwd=ROOT, env=os.environ | {"FULL_SIZE": ""})
    found = re.search(r"^(?:FAILED|ERROR) tests/(.+?)(?:\[| - |$)", ended.stdout, re.MULTILINE)
    if ended.returncode != pytest.ExitCode.TESTS_FAILED or not found:
        sys.exit(f"not noticed.\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}")
    return found[1]


if __name__ == "__main__":
    main()
