"""A proxy before a server of AWS's JSON protocol: it misbehaves on demand and counts the writes that were applied."""

import http.client
import json
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, repeat
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Exchange(BaseHTTPRequestHandler):
    """One request and what is answered to it: what a fault works with."""

    protocol_version = "HTTP/1.1"
    # Otherwise each answer waits 40 ms between its head and its body.
    disable_nagle_algorithm = True
    server: "_Server"

    def do_POST(self) -> None:
        self._body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.proxy.under_way(json.loads(self._body)) as (fault, self._healed):
            fault(self)

    def forward(self) -> Answer:
        """Have the server do what was asked for; return its answer without sending it."""
        upstream = http.client.HTTPConnection(urlsplit(self.server.proxy.target).netloc)
        # Told nothing, the emulator keeps its end for 75 s, and a race at full size uses its files up.
        headers = dict(self.headers) | {"Connection": "close"}
        upstream.request("POST", self.path, self._body, headers)
        response = upstream.getresponse()
        answer = Answer(response.status, response.read(), {"Content-Type": response.headers["Content-Type"]})
        upstream.close()
        self.server.proxy.count(json.loads(self._body), answer)
        return answer

    def send(self, answer: Answer) -> None:
        self.send_head(answer)
        self.wfile.write(answer.body)

    def send_head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        # Like DynamoDB, with the checksum that botocore verifies.
        headers = {"Content-Length": str(len(answer.body)), "x-amz-crc32": str(crc32(answer.body))}
        for name, value in (headers | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()

    def hold(self, seconds: float | None = None) -> None:
        """Stay silent for some time, or until the fault is healed."""
        self._healed.wait(seconds)

    def hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


Fault = Callable[[Exchange], None]


def work(exchange: Exchange) -> None:
    """Forward the request and send its answer: no fault."""
    exchange.send(exchange.forward())


class _Plan:
    """The faults that the requests about one subject meet, one after the other, and how those hear that it is over."""

    def __init__(self, *faults: Fault, then: Fault = work) -> None:
        self.faults = chain(faults, repeat(then))
        self.healed = threading.Event()


class Proxy:
    """Serves on a loopback port.

    A request's subject, a conversation or a secret, decides which faults it meets. `applied` counts the applications
    of each submission, by conversation and the token that its write leaves there.
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self.applied: Counter[tuple[str, str]] = Counter()
        self._plans: defaultdict[str, _Plan] = defaultdict(_Plan)
        self._under_way = 0
        self._lock = threading.Condition()
        self._server = _Server(self)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def inject(self, subject: str, *faults: Fault, then: Fault = work) -> None:
        """Let each of the next requests about a subject meet one of the faults, and those after them `then`."""
        with self._lock:
            self._plans[subject].healed.set()
            self._plans[subject] = _Plan(*faults, then=then)

    def heal(self, subject: str) -> None:
        self.inject(subject)

    @contextmanager
    def under_way(self, request: dict[str, Any]) -> Iterator[tuple[Fault, threading.Event]]:
        """Give a request its fault, and the event that ends its wait, if that is what the fault does."""
        with self._lock:
            self._under_way += 1
            plan = self._plans[_subject(request)]
            fault = next(plan.faults)
        try:
            yield fault, plan.healed
        finally:
            with self._lock:
                self._under_way -= 1
                self._lock.notify_all()

    def settle(self) -> None:
        """Wait until no request is under way, also of clients that are gone."""
        with self._lock:
            self._lock.wait_for(lambda: not self._under_way)

    def count(self, request: dict[str, Any], answer: Answer) -> None:
        token = request.get("ExpressionAttributeValues", {}).get(":token")
        if token and answer.status == HTTPStatus.OK:
            with self._lock:
                self.applied[_subject(request), token["S"]] += 1

    def applications(self, subject: str) -> list[int]:
        """Return how often each submission to a conversation was applied, while others may still be."""
        with self._lock:
            return [count for (conversation, _), count in self.applied.items() if conversation == subject]

    @contextmanager
    def serving(self) -> Iterator["Proxy"]:
        """Serve while a block lasts."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            for subject in list(self._plans):
                self.heal(subject)
            self._server.shutdown()
            thread.join()
            self._server.server_close()


def _subject(request: dict[str, Any]) -> str:
    return str(request["SecretId"] if "SecretId" in request else request["Key"]["externalConversationId"]["S"])


class _Server(ThreadingHTTPServer):
    """A thread a connection."""

    request_queue_size = 128

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), Exchange)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over broken connections: clients are killed, or give up."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)
