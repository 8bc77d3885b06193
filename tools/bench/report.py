"""The tables of docs/performance.md, from measured.json, and the limits of the service's instructions."""

import json
from pathlib import Path
from typing import Any

from tools.bench.measure import INIT, WARM
from tools.table import markdown, row

MEASURED = Path(__file__).parent / "measured.json"

# The service's instructions may be at most this share of another program's, counted in the same run. A share needs no
# baseline, which would hold for one machine, one compiler and one set of pins. It repeats within 0.5%. The limits have
# 3 to 6% of room, because a new version of a library does not change all programs alike.
LIMITS = {
    (WARM, "typical"): 0.57,
    (WARM, "bare call"): 1.36,
    (INIT, "typical"): 0.21,
}


def shares(counts: dict[str, dict[str, int]]) -> dict[tuple[str, str], float]:
    """Return the limited shares, from the counts of every program."""
    return {(what, other): counts["service"][what] / counts[other][what] for what, other in LIMITS}


def programs() -> str:
    """Return what each program takes."""
    cpu, counts = _measured()["cpu_ms"], _measured()["instructions"].values()
    return markdown(
        [
            ["", *cpu],
            ["init, CPU: minimum, median (ms)", *("{:.0f}, {:.0f}".format(*each[INIT]) for each in cpu.values())],
            row("init, instructions (million)", (each[INIT] / 1e6 for each in counts)),
            [
                "warm request, CPU: minimum, median (ms)",
                *("{:.3f}, {:.3f}".format(*each[WARM]) for each in cpu.values()),
            ],
            row("warm request, instructions (million)", (each[WARM] / 1e6 for each in counts), "{:.2f}"),
        ]
    )


def limits() -> str:
    """Return the limited shares and their limits."""
    rows = [
        row(f"{what}, service / {other}", [share, LIMITS[what, other]], "{:.2f}")
        for (what, other), share in shares(_measured()["instructions"]).items()
    ]
    return markdown([["instructions", "counted", "at most"], *rows])


def conditions() -> str:
    """Return what was measured of batches and of throttled writes, and under which conditions."""
    measured = _measured()
    throttled = measured["throttled"]
    return markdown(
        [
            ["this run", measured["date"]],
            ["a batch of 100: minimum, median (s)", "{:.3f}, {:.3f}".format(*measured["batch_of_100_seconds"])],
            ["a batch of 1,000: minimum, median (s)", "{:.2f}, {:.2f}".format(*measured["batch_of_1000_seconds"])],
            ["a throttled write keeps its execution busy for (s)", f"{throttled['seconds']:.1f}"],
            [
                "writes until the retry quota is used up, ms of each after that",
                f"{throttled['writes']}, {throttled['then_ms']}",
            ],
            ["processors, load over 15 minutes", measured["machine"]],
            ["versions", measured["versions"]],
        ]
    )


def _measured() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(MEASURED.read_text())
    return found
