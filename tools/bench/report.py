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
LIMITS = {(WARM, "typical"): 0.57, (WARM, "bare call"): 1.36, (INIT, "typical"): 0.21}


def shares(counts: dict[str, dict[str, int]]) -> dict[tuple[str, str], float]:
    """Return the limited shares, from the counts of every program."""
    return {(what, other): counts["service"][what] / counts[other][what] for what, other in LIMITS}


def programs() -> str:
    """Return what each program takes."""
    cpu, counts = _measured()["cpu_ms"], _measured()["instructions"].values()
    return markdown(
        [
            ["", *cpu],
            row("init, CPU (ms)", (each[INIT] for each in cpu.values())),
            row("init, instructions (million)", (each[INIT] / 1e6 for each in counts)),
            row("warm request, CPU (ms)", (each[WARM] for each in cpu.values()), "{:.2f}"),
            row("warm request, instructions (million)", (each[WARM] / 1e6 for each in counts), "{:.2f}"),
        ]
    )


def limits() -> str:
    """Return the limited shares and their limits."""
    counted = shares(_measured()["instructions"])
    rows = [
        row(f"{what}, service / {other}", [counted[what, other], most], "{:.2f}")
        for (what, other), most in LIMITS.items()
    ]
    return markdown([["instructions", "counted", "at most"], *rows])


def conditions() -> str:
    """Return where and when it was measured."""
    names = ("date", "processors, load over 15 minutes", "versions")
    return markdown([["this run", ""], *([name, _measured()[name]] for name in names)])


def _measured() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(MEASURED.read_text())
    return found
