"""The commands: `python -m tools.bench` measures, `python -m tools.bench gate` checks the limits."""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from statistics import median

from tools.bench.measure import bare_call, count_instructions, measure_batches, measure_cpu, measure_throttled
from tools.bench.report import LIMITS, MEASURED, shares
from tools.bench.subject import BATCH, FULL_BATCH, ROOT, BenchError, Subject, prepare


def gate() -> None:
    """Count instructions, print the shares, and exit with an error if one is above its limit."""
    counted = shares(count_instructions(_programs()))
    for (what, other), share in counted.items():
        print(f"{what}, service / {other}: {share:.3f}, at most {LIMITS[what, other]}")
    if any(share > LIMITS[limited] for limited, share in counted.items()):
        sys.exit("The service needs more instructions than LIMITS in tools/bench/report.py allows.")


def bench() -> None:
    """Measure everything, and write what the pages are made from."""
    programs = _programs()
    service = programs[0]
    cpu = measure_cpu(programs)
    libraries = ", ".join((ROOT / "functions/requirements.in").read_text().split())
    measured = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{os.cpu_count()} ({platform.machine()}), {os.getloadavg()[2]:.1f}",
        "versions": f"Python {platform.python_version()}, {libraries}",
        "cpu_ms": {name: {what: _spread(times) for what, times in each.items()} for name, each in cpu.items()},
        "instructions": count_instructions(programs),
        "batch_of_100_seconds": _spread(measure_batches(service, BATCH)),
        "batch_of_1000_seconds": _spread(measure_batches(service, FULL_BATCH)),
        "throttled": measure_throttled(service),
    }
    MEASURED.write_text(
        "{\n" + ",\n".join(f'"{name}": {json.dumps(value)}' for name, value in measured.items()) + "\n}\n"
    )


def _programs() -> list[Subject]:
    service, *typical = prepare()
    return [service, *typical, bare_call(service)]


def _spread(samples: list[float]) -> list[float]:
    """Return the minimum and the median."""
    return [round(min(samples), 4), round(median(samples), 4)]


if __name__ == "__main__":
    try:
        gate() if sys.argv[1:] == ["gate"] else bench()
    except BenchError as error:
        sys.exit(f"Error: {error}")
