"""Sends load to a stack: `python -m tools.load`, and leaves a report with percentiles and a plot."""

import argparse
import os
import sys
from itertools import chain
from pathlib import Path

from tools.command import start
from tools.local.errors import StackError
from tools.local.programs import LOCAL, ROOT
from tools.local.stack import served

REPORT = LOCAL / "load/report.html"


def run(arguments: argparse.Namespace) -> bool:
    """Send the load; tell whether every answer was right. Locust prints its progress and, at the end, percentiles."""
    url, api_id, secret = arguments.url, arguments.api_id, os.environ.get("API_SECRET", "")
    if not url:
        stack = served()
        url, api_id, secret = stack["url"], stack["apiId"], stack["apiSecret"]
    if not secret:
        raise StackError("API_SECRET is not set: put the client's secret into the environment.")
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    options: dict[str, str | Path] = {
        "--locustfile": ROOT / "tools/load/locustfile.py",
        "--host": url,
        "--users": str(arguments.users),
        "--spawn-rate": str(arguments.users),
        "--run-time": f"{arguments.seconds}s",
        "--stop-timeout": "10",
        "--html": REPORT,
    }
    # What locustfile.py reads. The secret is in no command line.
    environment = {
        "LOAD_API_ID": api_id,
        "LOAD_API_SECRET": secret,
        "LOAD_HOT_SHARE": str(arguments.hot),
        "LOAD_RATE_A_USER": str(arguments.rate / arguments.users),
        # Straight to where it is told, whatever proxy the environment names.
        "NO_PROXY": "*",
    }
    command = [ROOT / ".tools/locust/bin/python", "-m", "locust", "--headless", *chain(*options.items())]
    with start(command, env=os.environ | environment) as locust:
        # Locust's own code is 1 when a request has failed.
        return locust.wait() == 0


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
    print(f"With plots: {REPORT.relative_to(ROOT)}")
    if not right:
        sys.exit("Some answers were wrong; the report says which.")


if __name__ == "__main__":
    main()
