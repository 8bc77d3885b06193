"""The commands: `python -m tools.bench`, and `python -m tools.bench gate`."""

import sys

from tools.bench import gate, report
from tools.bench.measure import measure
from tools.bench.subject import BenchError, prepare


def main() -> None:
    """Run the command; what keeps it from running is a sentence."""
    try:
        if sys.argv[1:] != ["gate"]:
            report.write(measure(prepare()))
        elif not gate.check():
            sys.exit("The service has become dearer than tools/bench/gate.py allows.")
    except BenchError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
