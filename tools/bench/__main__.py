"""The commands: `python -m tools.bench` measures, `python -m tools.bench gate` checks the limits."""

import json
import os
import platform
import sys
from datetime import UTC, datetime

from tools.bench.measure import bare_call, count_instructions, measure_batch, measure_cpu, measure_throttled
from tools.bench.report import LIMITS, MEASURED, shares
from tools.bench.subject import ROOT, BenchError, prepare


def main() -> None:
    """Run a command, and exit with an error if nothing can be measured or a limit is exceeded."""
    service, *typical = prepare()
    programs = [service, *typical, bare_call(service)]
    counts = count_instructions(programs)
    for (what, other), share in shares(counts).items():
        print(f"{what}, service / {other}: {share:.3f}, at most {LIMITS[what, other]}")
    if sys.argv[1:] == ["gate"]:
        if any(share > LIMITS[limited] for limited, share in shares(counts).items()):
            sys.exit("The service needs more instructions than LIMITS in tools/bench/report.py allows.")
        return
    libraries = (ROOT / "functions/requirements.in").read_text().split()
    measured = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "processors, load over 15 minutes": f"{os.cpu_count()} ({platform.machine()}), {os.getloadavg()[2]:.1f}",
        "versions": ", ".join([f"Python {platform.python_version()}", *libraries]),
        "instructions": counts,
        "cpu_ms": measure_cpu(programs),
        "batch_seconds": measure_batch(service),
        "throttled": measure_throttled(service),
    }
    MEASURED.write_text(json.dumps(measured) + "\n")


if __name__ == "__main__":
    try:
        main()
    except BenchError as error:
        sys.exit(f"Error: {error}")
