"""Sends load to a stack: `python -m tools.load`, and leaves a report with percentiles and a plot."""

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path

from tools.command import start
from tools.local.programs import ROOT
from tools.local.stack import LOCAL

LOCUST = ROOT / ".tools/locust/bin/python"
REPORT = LOCAL / "load"
SERVED = LOCAL / "stack.json"


class LoadError(Exception):
    """The load test can't be run; the message is for the person who asked."""


def run(arguments: argparse.Namespace) -> bool:
    """Send the load; tell whether every answer was right."""
    if not LOCUST.exists():
        raise LoadError("locust is not installed: run 'make load', which installs it.")
    url, environment = _target(arguments)
    REPORT.mkdir(parents=True, exist_ok=True)
    users = str(arguments.users)
    command: list[str | Path] = [
        LOCUST,
        "-m",
        "locust",
        "--headless",
        "--locustfile",
        ROOT / "tools/load/locustfile.py",
        "--host",
        url,
    ]
    command += ["--users", users, "--spawn-rate", users, "--run-time", f"{arguments.seconds}s", "--stop-timeout", "10"]
    command += ["--html", REPORT / "report.html", "--json-file", str(REPORT / "report")]
    with start(command, env=os.environ | environment) as locust:
        code = locust.wait()
    _print_summary()
    # Locust's own code is 1 when a request has failed.
    return code == 0


def _target(arguments: argparse.Namespace) -> tuple[str, dict[str, str]]:
    """Return where to send the load, and what locustfile.py reads. The secret is in no command line."""
    credentials = {"LOAD_API_ID": arguments.api_id, "LOAD_API_SECRET": os.environ.get("API_SECRET", "")}
    url = arguments.url
    if not url or not credentials["LOAD_API_SECRET"]:
        try:
            served = json.loads(SERVED.read_text())
        except OSError as error:
            raise LoadError(
                "Say where to: --url and, in the environment, API_SECRET; or start a stack with 'make serve'."
            ) from error
        if url and url.rstrip("/") != served["url"]:
            raise LoadError("API_SECRET is not set: put the client's secret into the environment.")
        url = served["url"]
        credentials = {"LOAD_API_ID": served["apiId"], "LOAD_API_SECRET": served["apiSecret"]}
    traffic = {
        "LOAD_HOT_SHARE": str(arguments.hot),
        "LOAD_RATE_A_USER": str(arguments.rate / arguments.users),
        # Straight to where it is told, whatever proxy the environment names.
        "NO_PROXY": "*",
    }
    return url, credentials | traffic


def _print_summary() -> None:
    print("\nkind         sent  wrong   p50 ms  p95 ms  p99 ms")
    total: Counter[float] = Counter()
    for kind in json.loads((REPORT / "report.json").read_text()):
        times = Counter({float(milliseconds): count for milliseconds, count in kind["response_times"].items()})
        _print_row(kind["name"], kind["num_failures"], times)
        total += times
    _print_row("in all", "", total)
    print(f"\nWith plots: {(REPORT / 'report.html').relative_to(ROOT)}")


def _print_row(name: str, wrong: object, times: Counter[float]) -> None:
    ordered = sorted(times.elements())
    percentiles = [f"{ordered[int(len(ordered) * share)]:>6.0f}" for share in (0.5, 0.95, 0.99)] if ordered else []
    print(f"{name:<10} {len(ordered):>6} {wrong:>6}   {'  '.join(percentiles)}")


def parse(words: list[str]) -> argparse.Namespace:
    """Return what a command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tools.load", description="Sends load to a stack.")
    parser.add_argument("--url", help="the stack's address, up to /metadata-ingestion (default: 'make serve')")
    parser.add_argument("--api-id", default="default-client", help="the client; its secret is read from API_SECRET")
    parser.add_argument("--seconds", type=int, default=30, help="how long (default: %(default)s)")
    parser.add_argument("--users", type=int, default=4, help="how many send at once (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=20, help="requests a second at most (default: %(default)s)")
    parser.add_argument(
        "--hot", type=float, default=0.1, help="share of the new that goes to one conversation (%(default)s)"
    )
    return parser.parse_args(words)


def main() -> None:
    """Run the command; whatever goes wrong is one sentence and an exit code."""
    try:
        right = run(parse(sys.argv[1:]))
    except LoadError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    if not right:
        sys.exit("Some answers were wrong; the report says which.")


if __name__ == "__main__":
    main()
