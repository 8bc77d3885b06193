"""Load-tests a stack and writes a report with percentiles and plots: `python -m tools.load`."""

import argparse
import json
import os
import sys
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from tools.command import start
from tools.local.errors import StackError
from tools.local.programs import LOCAL, ROOT
from tools.local.stack import served

REPORT = LOCAL / "load/report.html"


def run(arguments: argparse.Namespace) -> bool:
    """Send the load; return whether every response was right. Locust prints progress and percentiles."""
    url, api_id, secret = arguments.url, arguments.api_id, os.environ.get("API_SECRET")
    if arguments.local:
        stack = served()
        url, api_id, secret = stack["url"], stack["apiId"], stack["apiSecret"]
    if not secret:
        raise StackError("API_SECRET is not set. Export the client's secret first: export API_SECRET=…")
    rate, users, seconds = arguments.rate, arguments.users, arguments.seconds
    print(f"Target: {url} as {api_id}: at most {rate} requests per second, {users} users, {seconds} s", flush=True)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    options: dict[str, str | Path] = {
        "--locustfile": ROOT / "tools/load/locustfile.py",
        "--host": url,
        "--users": str(users),
        "--spawn-rate": str(users),
        "--run-time": f"{seconds}s",
        "--stop-timeout": "10",
        "--html": REPORT,
    }
    if arguments.processes > 1:
        options |= {"--processes": str(arguments.processes), "--master-bind-host": "127.0.0.1"}
    command = [ROOT / ".tools/locust/bin/python", "-m", "locust", "--headless", *chain(*options.items())]
    # For locustfile.py. The secret must not appear in a command line. NO_PROXY: ignore the environment's proxies.
    traffic = vars(arguments) | {"api_id": api_id, "secret": secret}
    with start(command, env=os.environ | {"LOAD": json.dumps(traffic), "NO_PROXY": "*"}) as locust:
        # Locust exits with 1 if a request failed, or if there was none.
        return locust.wait() == 0


def base_url(text: str) -> str:
    """Return a base URL without its last slash."""
    url = urlsplit(text)
    if url.scheme not in {"http", "https"} or not url.netloc or "/metadata-ingestion" in url.path:
        raise argparse.ArgumentTypeError(f"{text!r} is no base URL. Pass one such as https://api.example.com")
    return text.rstrip("/")


# argparse quotes the names of these functions: "invalid fraction value: '2'".


def positive_integer(text: str) -> int:
    """Return an integer of at least 1."""
    if int(text) < 1:
        raise ValueError
    return int(text)


def fraction(text: str) -> float:
    """Return a number from 0 to 1."""
    if not 0 <= float(text) <= 1:
        raise ValueError
    return float(text)


OPTIONS = [
    ("--seconds", positive_integer, 30, "duration in seconds"),
    ("--users", positive_integer, 4, "concurrent senders"),
    ("--rate", positive_integer, 20, "maximum requests per second"),
    ("--reads", fraction, 0, "fraction of requests that read a conversation"),
    ("--batches", fraction, 0, "fraction of requests that send a batch of 100 submissions"),
    # At 200 requests per second, 0.1 reaches DynamoDB's 1,000 write units per second for one item within a minute.
    ("--hot", fraction, 0, "fraction of new submissions for one conversation; more than 0 measures one item's limit"),
    ("--processes", positive_integer, 1, "Locust processes, each of at most about 1,000 requests per second"),
]


def parse(words: list[str]) -> argparse.Namespace:
    """Return the options of a command line. The target has no default: a mistake would cost traffic."""
    parser = argparse.ArgumentParser(prog="python -m tools.load", description="Load-test a stack.")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--local", action="store_true", help="the running 'make serve'")
    target.add_argument("--url", type=base_url, help="base URL of a stack, without /metadata-ingestion")
    parser.add_argument("--api-id", default="default-client", help="client whose secret is in API_SECRET (%(default)s)")
    for name, kind, default, description in OPTIONS:
        parser.add_argument(name, type=kind, default=default, help=f"{description} (%(default)s)")
    arguments = parser.parse_args(words)
    if arguments.reads + arguments.batches > 1:
        parser.error("--reads and --batches are fractions of the same requests: their sum must be at most 1")
    return arguments


def main() -> None:
    """Run the command. An error is one sentence and an exit code."""
    try:
        right = run(parse(sys.argv[1:]))
    except StackError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    print(f"Report: {REPORT.relative_to(ROOT)}")
    if not right:
        sys.exit("Some responses were wrong, or there were none. The report lists them.")


if __name__ == "__main__":
    main()
