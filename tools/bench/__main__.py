"""The commands: `python -m tools.bench` fills docs/performance.md, `python -m tools.bench gate` checks the limits."""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from statistics import median

from tools.bench.measure import INIT, WARM, count_instructions, measure_batches, measure_cpu
from tools.bench.stub import stub
from tools.bench.subject import BENCH, ROOT, BenchError, prepare
from tools.page import fill, row

# The most that the service's instructions may be, as a share of another's that are counted in the same run. Such a
# ratio needs no baseline, which would hold for one machine, one compiler and one set of pins. It repeats within 0.5%.
# The room above what was counted last is 3%: a new version of a library moves both sides, but not by the same.
LIMITS = {
    (WARM, "typical"): 0.58,
    (WARM, "floor"): 3.6,
    (INIT, "typical"): 0.21,
    (INIT, "typical, byte code"): 0.78,
}


def shares(counts: dict[str, dict[str, int]]) -> dict[tuple[str, str], float]:
    """Return what is limited, by the counts of every subject."""
    return {(what, other): counts["service"][what] / counts[other][what] for what, other in LIMITS}


def gate() -> None:
    """Count, and say what came out; leave with a sentence if the service is dearer than a limit allows."""
    subjects = prepare()
    with stub() as endpoint:
        counted = shares(count_instructions(subjects, endpoint))
    for (what, other), share in counted.items():
        print(f"{what}, service / {other}: {share:.3f}, at most {LIMITS[what, other]}")
    if any(share > LIMITS[limited] for limited, share in counted.items()):
        sys.exit("The service has become dearer than LIMITS in tools/bench/__main__.py allows.")


def bench() -> None:
    """Measure; fill the page, and write what tools/capacity starts from."""
    subjects = prepare()
    with stub() as endpoint:
        times = measure_cpu(subjects, endpoint)
        counts = count_instructions(subjects, endpoint)
    batches = measure_batches(subjects[0])

    today = f"{datetime.now(UTC):%Y-%m-%d}"
    cpu_ms, init_cpu_ms = (round(median(times["service"][what]), 3) for what in (WARM, INIT))
    measured = {"date": today, "cpu_ms": cpu_ms, "init_cpu_ms": init_cpu_ms}
    (BENCH / "measured.json").write_text(json.dumps(measured, indent=2) + "\n")

    figures = [
        ["", *counts],
        ["init, CPU: minimum, median (ms)", *(_spread(each[INIT], 0) for each in times.values())],
        row("init, instructions (million)", (each[INIT] / 1e6 for each in counts.values())),
        ["warm request, CPU: minimum, median (ms)", *(_spread(each[WARM], 3) for each in times.values())],
        row("warm request, instructions (million)", (each[WARM] / 1e6 for each in counts.values()), "{:.2f}"),
    ]
    limits = [["instructions", "counted", "at most"]]
    limits += [
        row(f"{what}, service / {other}", [share, LIMITS[what, other]], "{:.2f}")
        for (what, other), share in shares(counts).items()
    ]
    libraries = ", ".join((ROOT / "functions/requirements.in").read_text().split())
    run = [
        ["this run", today],
        ["a batch of 1,000: minimum, median (s)", _spread(batches, 2)],
        ["processors, load over 15 minutes", f"{os.cpu_count()} ({platform.machine()}), {os.getloadavg()[2]:.1f}"],
        ["versions", f"Python {platform.python_version()}, {libraries}"],
    ]
    fill("performance.md", {"figures": figures, "run": run, "limits": limits})


def _spread(samples: list[float], digits: int) -> str:
    return f"{min(samples):.{digits}f}, {median(samples):.{digits}f}"


if __name__ == "__main__":
    try:
        gate() if sys.argv[1:] == ["gate"] else bench()
    except BenchError as error:
        sys.exit(f"Error: {error}")
