"""Sends load to a stack: `python -m tools.load`, and leaves a report with percentiles and a plot."""

import argparse
import json
import os
import sys
from collections import Counter
from itertools import chain
from pathlib import Path

from tools.command import start
from tools.local.errors import StackError
from tools.local.programs import ROOT
from tools.local.stack import LOCAL, served

REPORT = LOCAL / "load"


def run(arguments: argparse.Namespace) -> bool:
    """Send the load; tell whether every answer was right."""
    url, environment = _target(arguments)
    REPORT.mkdir(parents=True, exist_ok=True)
    options: dict[str, str | Path] = {
        "--locustfile": ROOT / "tools/load/locustfile.py",
        "--host": url,
        "--users": str(arguments.users),
        "--spawn-rate": str(arguments.users),
        "--run-time": f"{arguments.seconds}s",
        "--stop-timeout": "10",
        "--html": REPORT / "report.html",
        "--json-file": REPORT / "report",
    }
    command = [ROOT / ".tools/locust/bin/python", "-m", "locust", "--headless", *chain(*options.items())]
    with start(command, env=os.environ | environment) as locust:
        code = locust.wait()
    _print_summary()
    # Locust's own code is 1 when a request has failed.
    return code == 0


def _target(arguments: argparse.Namespace) -> tuple[str, dict[str, str]]:
    """Return where to send the load, and what locustfile.py reads. The secret is in no command line."""
    url, api_id, secret = arguments.url, arguments.api_id, os.environ.get("API_SECRET")
    if url and not secret:
        raise StackError("API_SECRET is not set: put the client's secret into the environment.")
    if not url:
        stack = served()
        url, api_id, secret = stack["url"], stack["apiId"], stack["apiSecret"]
    return url, {
        "LOAD_API_ID": api_id,
        "LOAD_API_SECRET": str(secret),
        "LOAD_HOT_SHARE": str(arguments.hot),
        "LOAD_RATE_A_USER": str(arguments.rate / arguments.users),
        # Straight to where it is told, whatever proxy the environment names.
        "NO_PROXY": "*",
    }


def _print_summary() -> None:
    print("\nkind         sent  wrong   p50 ms  p95 ms  p99 ms")
    total: Counter[float] = Counter()
    for kind in json.loads((REPORT / "report.json").read_text()):
        times = Counter({float(milliseconds): count for milliseconds, count in kind["response_times"].items()})
        _print_row(kind["name"], kind["num_failures"], times)
        total += times
    _print_row("in all", "", total)
    print("\nWith plots: .local/load/report.html")


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
    parser.add_argument("--hot", type=float, default=0.1, help="share of the new for one conversation (%(default)s)")
    return parser.parse_args(words)


def main() -> None:
    """Run the command; whatever goes wrong is one sentence and an exit code."""
    try:
        right = run(parse(sys.argv[1:]))
    except StackError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    if not right:
        sys.exit("Some answers were wrong; the report says which.")


if __name__ == "__main__":
    main()
