"""The commands: `python -m tools.bench` measures, `python -m tools.bench gate` checks the limits."""

import json
import os
import platform
import sys
from datetime import UTC, datetime

from tools.bench.measure import bare_call, count_instructions, measure_batch, measure_cpu
from tools.bench.program import package
from tools.bench.report import LIMITS, MEASURED, shares
from tools.template import ROOT

programs = package()
programs["bare call"] = bare_call(programs["service"])
counts = count_instructions(programs)
for (what, other), share in shares(counts).items():
    print(f"{what}, service / {other}: {share:.3f}, at most {LIMITS[what, other]}")
if sys.argv[1:] == ["gate"]:
    if any(share > LIMITS[limited] for limited, share in shares(counts).items()):
        sys.exit("The service needs more instructions than LIMITS in tools/bench/report.py allows.")
else:
    print("CPU time, about a minute ...", flush=True)
    versions = [f"Python {platform.python_version()}", *(ROOT / "functions/requirements.in").read_text().split()]
    machine = f"{os.cpu_count()} processors ({platform.machine()}) with a load of {os.getloadavg()[2]:.1f}"
    measured = {
        "conditions": f"Measured on {datetime.now(UTC):%Y-%m-%d}: {', '.join(versions)},\n{machine} over 15 minutes.",
        "instructions": counts,
        "cpu_ms": measure_cpu(programs),
        "batch_seconds": measure_batch(programs["service"]),
    }
    MEASURED.write_text(json.dumps(measured) + "\n")
