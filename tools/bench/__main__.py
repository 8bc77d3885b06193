"""The commands: `python -m tools.bench [--quick]`, and `python -m tools.bench gate [--update]`."""

import argparse
import sys

from tools.bench import gate
from tools.bench.subject import ROOT, BenchError


def compare(*, quick: bool) -> None:
    """Measure, print the tables; unless it was only to see that it works, write the document and its chart."""
    from tools.bench import chart, measure, report, subject  # noqa: PLC0415 -- the gate needs none of their requirements

    print("Packaging ...", flush=True)
    subjects = subject.prepare()
    measured = measure.measure(subjects, measure.QUICK if quick else measure.FULL)
    for table in (report.goals, report.figures, report.parts):
        print(f"\n{report.text(table(subjects, measured))}")
    if not quick:
        (ROOT / "docs/performance.md").write_text(report.document(subjects, measured))
        (ROOT / "docs/performance.svg").write_text(chart.draw(subjects, measured))


def main() -> None:
    """Run the command; what keeps it from running is a sentence."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description="What the service costs, beside others.")
    parser.add_argument("--quick", action="store_true", help="measure hardly anything, to see that it works")
    gating = parser.add_subparsers(dest="command").add_parser("gate", help="compare instructions with the baseline")
    gating.add_argument("--update", action="store_true", help="accept what the service costs now")
    arguments = parser.parse_args()
    try:
        if arguments.command != "gate":
            compare(quick=arguments.quick)
        elif arguments.update:
            gate.update()
        elif not gate.check():
            sys.exit(1)
    except BenchError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
