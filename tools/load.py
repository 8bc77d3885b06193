"""Load-tests a stack with realistic traffic: `make load`. It runs in Locust's own environment, without the project."""

# mypy: disable-error-code="import-not-found, misc, untyped-decorator, unused-ignore"
# The type checker's environment has no locust.
# ruff: noqa: S311 -- these random numbers protect nothing

import json
import os
import random
import re
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from locust import HttpUser, constant_pacing, events, task

API = "/metadata-ingestion/v1/"
BATCH_SIZE = 100
# The prefix separates a load test's conversations from others in the table.
PREFIX = "load-test-"
HOT_CONVERSATION = f"{PREFIX}hot-{uuid4()}"
STACK = Path(".local/stack.json")
REPORT = ".local/load/report.html"
OK, BAD_REQUEST = 200, 400

Json = dict[str, Any]


@events.init_command_line_parser.add_listener
def add_options(parser: Any) -> None:
    """Add this test's options to Locust's. The target has no default: a mistake would cost traffic."""
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--local", action="store_true", help="the running 'make serve'")
    target.add_argument("--url", help="base URL of a stack, without /metadata-ingestion")
    parser.add_argument("--seconds", dest="run_time", type=int, help="duration; the same as --run-time")
    parser.add_argument("--api-id", default="default-client", help="client whose secret is in API_SECRET (%(default)s)")
    for name, default, description in [
        ("--rate", 20, "maximum requests per second"),
        ("--reads", 0, "fraction of requests that read a conversation"),
        ("--batches", 0, f"fraction of requests that send a batch of {BATCH_SIZE} submissions"),
        # At 200 requests per second, 0.1 reaches DynamoDB's 1,000 write units per second for one item within a minute.
        ("--hot", 0, "fraction of new submissions for one conversation; more than 0 measures one item's limit"),
    ]:
        parser.add_argument(name, type=float, default=default, help=f"{description} (%(default)s)")
    parser.set_defaults(headless=True, html_file=REPORT, loglevel="WARNING", master_bind_host="127.0.0.1")
    parser.set_defaults(users=4, spawn_rate=1_000, run_time=30, stop_timeout=10)


@events.init.add_listener
def find_target(environment: Any, **_: Any) -> None:
    """Check the options, find the target and its credentials, and print the target before any traffic."""
    options = environment.parsed_options
    url, secret = options.url, os.environ.get("API_SECRET")
    if options.local:
        if not STACK.exists():
            sys.exit("Error: The local stack is not running. Start it first: make serve")
        stack = json.loads(STACK.read_text())
        url, options.api_id, secret = stack["url"], stack["apiId"], stack["apiSecret"]
    if not re.fullmatch(r"https?://[^/]+(/(?!metadata-ingestion).*)?", url):
        sys.exit(f"Error: {url!r} is no base URL. Pass one such as https://api.example.com")
    if not secret:
        sys.exit("Error: API_SECRET is not set. Export the client's secret first: export API_SECRET=…")
    shares = options.reads, options.batches, options.reads + options.batches, options.hot
    if options.rate <= 0 or min(shares) < 0 or max(shares) > 1:
        sys.exit("Error: --rate must be positive; --hot, --reads, --batches, and the sum of the last two from 0 to 1.")
    environment.host = url.rstrip("/")
    Sender.credentials = {"asapp-api-id": options.api_id, "asapp-api-secret": secret}
    if not options.worker:
        limits = f"{options.rate:g} requests per second, {options.users} users, {options.run_time:g} s"
        print(f"Target: {environment.host} as {options.api_id}: at most {limits}", flush=True)


@events.quitting.add_listener
def end(environment: Any, **_: Any) -> None:
    """Name the report. A test without any response fails, which Locust takes for a success."""
    if environment.parsed_options.worker:
        return
    print(f"Report: {REPORT}")
    if environment.stats.total.num_requests == 0:
        environment.process_exit_code = 1
        print("Error: There was no response at all.", file=sys.stderr)


class Sender(HttpUser):
    """A system that sends submissions, batches of them, and reads."""

    credentials: Json

    def on_start(self) -> None:
        """Start without a known conversation, and ignore the environment's proxies."""
        self._options = self.environment.parsed_options
        self._stored: deque[Json] = deque(maxlen=1_000)
        self.client.trust_env = False

    def wait_time(self) -> float:
        """Return the seconds until the user's next request."""
        return float(constant_pacing(self._options.users / self._options.rate)(self))

    @task
    def choose(self) -> None:
        """Send one request."""
        share = random.random()
        kind = random.choices(["new", "follow-up", "duplicate", "refused"], [60, 25, 10, 5])[0]
        known = random.choice(self._stored) if self._stored else {}
        if known and share < self._options.reads:
            self._read(known)
        elif known and share < self._options.reads + self._options.batches:
            self._send_batch()
        elif not known or kind == "new":
            self._submit("new", _submission(HOT_CONVERSATION if random.random() < self._options.hot else None))
        elif kind == "follow-up":
            attributes = [{"name": "customerTier", "value": "gold"}, {"name": "step", "value": random.randint(1, 9)}]
            self._submit(kind, _submission(known["externalConversationId"], groupName="billing", attributes=attributes))
        elif kind == "duplicate":
            self._submit(kind, known)
        else:
            self._submit(kind, _submission(platform="web"), BAD_REQUEST)

    def _submit(self, name: str, submission: Json, status: int = OK) -> None:
        def is_right(body: Json) -> bool:
            result = body["result"]
            return bool(result["eventId"] == submission["eventId"] and (result["error"] == "") == (status == OK))

        if self._request(name, "POST", "single-convo-metadata", is_right, status, json=submission) and status == OK:
            self._stored.append(submission)

    def _send_batch(self) -> None:
        submissions = [_submission() for _ in range(BATCH_SIZE)]
        results = [{"eventId": submission["eventId"], "error": ""} for submission in submissions]
        right = {"errorCount": 0, "results": results}
        self._request("batch", "POST", "many-convo-metadata", right.__eq__, json={"items": submissions})

    def _read(self, known: Json) -> None:
        query = {"externalConversationId": known["externalConversationId"]}
        self._request("read", "GET", "convo-metadata", lambda body: known["eventId"] in body["events"], params=query)

    def _request(
        self, name: str, method: str, route: str, is_right: Callable[[Json], bool], status: int = OK, **content: Any
    ) -> bool:
        """Send a request, report its response to Locust, and return whether it was right."""
        content |= {"headers": self.credentials, "name": name, "catch_response": True}
        with self.client.request(method, API + route, **content) as response:
            if response.status_code == 0:
                return False  # Locust reports the connection's error itself.
            if response.status_code != status:
                response.failure(f"expected {status}, got {response.status_code}")
            elif not is_right(response.json()):
                response.failure("unexpected response body")
            else:
                response.success()
                return True
            return False


def _submission(conversation: str | None = None, **fields: Any) -> Json:
    fields = {"platform": "WEB", "deviceType": "DESKTOP", "lobName": "customer support"} | fields
    return {"externalConversationId": conversation or f"{PREFIX}{uuid4()}", "eventId": str(uuid4())} | fields
