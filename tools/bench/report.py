"""The tables of docs/performance.md, from measured.json, and the limits of the service's instructions."""

import json
from pathlib import Path
from typing import Any

from tools.bench.measure import INIT, WARM
from tools.table import markdown, row

MEASURED = Path(__file__).parent / "measured.json"

# The service's instructions may be at most this share of another program's, counted in the same run. A share needs no
# baseline, which would hold for one machine, one compiler and one set of pins. It repeats within 0.5%. The limits have
# some room, because a new version of a library does not change all programs alike.
LIMITS = {(WARM, "typical"): 0.57, (WARM, "bare call"): 1.36, (INIT, "typical"): 0.21}


def shares(counts: dict[str, dict[str, int]]) -> dict[tuple[str, str], float]:
    """Return the limited shares, from the counts of every program."""
    return {(what, other): counts["service"][what] / counts[other][what] for what, other in LIMITS}


def results() -> str:
    """Return what each program takes, the limits, and the conditions of the run."""
    measured: dict[str, Any] = json.loads(MEASURED.read_text())
    cpu, counts = measured["cpu_ms"], measured["instructions"]
    counted = shares(counts)
    table = markdown(
        ["", *cpu],
        row("init, CPU (ms)", (each[INIT] for each in cpu.values())),
        row("init, instructions (million)", (each[INIT] / 1e6 for each in counts.values())),
        row("warm request, CPU (ms)", (each[WARM] for each in cpu.values()), ",.2f"),
        row("warm request, instructions (million)", (each[WARM] / 1e6 for each in counts.values()), ",.2f"),
        *(
            [f"{what}, service / this program (at most)"]
            + [f"{counted[what, name]:.2f} ({LIMITS[what, name]})" if (what, name) in LIMITS else "" for name in cpu]
            for what in (INIT, WARM)
        ),
    )
    return f"{table}\n\n{measured['conditions']}"
