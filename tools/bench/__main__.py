"""The commands: `python -m tools.bench`, and `python -m tools.bench gate`."""

import argparse
import sys

from tools.bench import gate, report
from tools.bench.measure import FULL, measure
from tools.bench.subject import BenchError, prepare


def compare() -> None:
    """Measure, print the tables, write the page, its chart and its figures."""
    print("Packaging ...", flush=True)
    subjects = prepare()
    measured = measure(subjects, FULL)
    for table in (report.goals(measured), report.figures(subjects, measured)):
        print(f"\n{report.text(table)}")
    report.write(subjects, measured)


def main() -> None:
    """Run the command; what keeps it from running is a sentence."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description="What the service costs, beside others.")
    parser.add_argument("command", nargs="?", choices=["gate"], help="only check the ratios of instructions")
    arguments = parser.parse_args()
    try:
        if not arguments.command:
            compare()
        elif not gate.check():
            sys.exit("The service has become dearer than tools/bench/gate.py allows.")
    except BenchError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
