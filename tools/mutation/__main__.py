"""Runs the reliability tests at full size, breaks each line that they protect, and writes docs/reliability.md."""

import os
import re
import shutil
import sys
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.command import run, start
from tools.mutation.mutations import MUTATIONS, Mutation
from tools.mutation.report import text

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / ".local/reliability.xml"
# pytest's exit code when it ran, and tests failed.
_FAILED = 1


def main() -> None:
    """Exit with the reason if a test fails, or a broken line goes unnoticed: then no report is written."""
    RESULTS.parent.mkdir(exist_ok=True)
    # The older form of the file has room for the counts that the tests record.
    options = ["-o", "junit_family=xunit1", f"--junitxml={RESULTS}", "--show-capture=no"]
    command = [sys.executable, "-m", "pytest", "tests/reliability", *options]
    if start(command, cwd=ROOT, env=os.environ | {"FULL_SIZE": "1"}).wait():
        sys.exit("The tests failed.")
    noticed = defaultdict(list)
    for mutation in MUTATIONS:
        print(f"Broken so that {mutation.meaning} ... ", end="", flush=True)
        noticed[noticed_by(mutation)].append(mutation.meaning)
        print("noticed", flush=True)
    (ROOT / "docs/reliability.md").write_text(text(RESULTS, noticed))


def noticed_by(mutation: Mutation) -> str:
    """Break the line in a copy of functions/, run its tests on that, and return the name of the one that failed."""
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
    if ended.returncode != _FAILED or not found:
        sys.exit(f"nobody noticed.\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}")
    return found[1]


if __name__ == "__main__":
    main()
