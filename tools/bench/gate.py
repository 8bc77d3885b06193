"""The regression gate: the service's instructions, compared with those that were last accepted."""

import json
import platform
import subprocess

from tools.bench import instructions
from tools.bench.process import stub
from tools.bench.subject import ARCHITECTURE, BENCH, ROOT, Subject, build_service, check_tools

BASELINE = BENCH / "baseline.json"
TOLERANCE = 0.03


def check() -> bool:
    """Compare with the baseline and say what came out; False if the service has become dearer."""
    if not instructions.is_available():
        print("Not compared: valgrind is not installed.")
        return True
    baseline = json.loads(BASELINE.read_text())
    if differences := [name for name, value in _comparable().items() if baseline["comparable"].get(name) != value]:
        print(f"Not compared: the baseline was taken with another {', '.join(differences)}.")
        return True
    within = True
    for name, value in _measure().items():
        change = value / baseline["instructions"][name] - 1
        print(f"{name}: {value:,} instructions, {change:+.1%} from the baseline")
        within &= change <= TOLERANCE
        if change < -TOLERANCE:
            print("That is better by more than the gate's tolerance: 'python -m tools.bench gate --update'.")
    if not within:
        print(f"The gate allows {TOLERANCE:+.0%}. Worth that? 'python -m tools.bench gate --update'.")
    return within


def update() -> None:
    """Accept what the service costs now."""
    baseline = {"comparable": _comparable(), "instructions": _measure()}
    BASELINE.write_text(json.dumps(baseline, indent=2) + "\n")


def _comparable() -> dict[str, str]:
    """Return all that changes instruction counts without a change of ours."""
    pins = (ROOT / "functions/requirements.txt").read_text().splitlines()
    return {
        "processor": platform.machine(),
        "Python": f"{platform.python_version()}, {platform.python_compiler()}",
        "C library": " ".join(platform.libc_ver()),
        "valgrind": subprocess.check_output(["valgrind", "--version"], text=True).strip(),  # noqa: S607
    } | dict(line.split()[0].split("==") for line in pins if "==" in line)


def _measure() -> dict[str, int]:
    check_tools()
    service = Subject("service", "ingest.handler.handle", [build_service(ARCHITECTURE)])
    with stub() as port:
        counted = instructions.count([service], f"http://localhost:{port}")[service.name]
    return {"init": counted.init, "request": counted.request}
