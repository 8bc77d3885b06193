"""Runs the reliability tests at full size, breaks each line that they protect, and writes docs/reliability.md."""

import os
import sys

from tools.command import start
from tools.mutation import report
from tools.mutation.mutant import ROOT, SurvivedError, noticed_by
from tools.mutation.mutations import MUTATIONS

RESULTS = ROOT / ".local/reliability.xml"


def main() -> None:
    """Exit with the reason if a test fails, or a broken line goes unnoticed: then no report is written."""
    RESULTS.parent.mkdir(exist_ok=True)
    # The older form of the file has room for the counts that the tests record.
    options = ["-o", "junit_family=xunit1", f"--junitxml={RESULTS}", "--show-capture=no"]
    command = [sys.executable, "-m", "pytest", "tests/reliability", *options]
    if start(command, cwd=ROOT, env=os.environ | {"FULL_SIZE": "1"}).wait():
        sys.exit("The tests failed.")
    notices = []
    for mutation in MUTATIONS:
        print(f"Breaking {mutation.file}: {mutation.meaning} ... ", end="", flush=True)
        try:
            notices.append((mutation, noticed_by(mutation)))
        except SurvivedError as error:
            sys.exit(f"nobody noticed.\n{error}")
        print("noticed", flush=True)
    (ROOT / "docs/reliability.md").write_text(report.text(RESULTS, notices))


if __name__ == "__main__":
    main()
