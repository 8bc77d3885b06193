"""A proxy in front of a server of AWS's JSON protocol, which injects faults and counts the applied writes."""

import json
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zlib import crc32

import urllib3

_POOL = urllib3.PoolManager(maxsize=32)


class Exchange(BaseHTTPRequestHandler):
    """One request and its response, for a fault to change. As in HTTP/1.0, each has a connection of its own."""

    # Otherwise each response has a delay of 40 ms between its head and its body.
    disable_nagle_algorithm = True
    server: "Proxy"

    def do_POST(self) -> None:
        self._body = self.rfile.read(int(self.headers["Content-Length"]))
        self._request = json.loads(self._body)
        self._subject = self._request.get("SecretId") or self._request["Key"]["externalConversationId"]["S"]
        next(self.server.faults.get(self._subject, iter(())), work)(self)

    def forward(self) -> tuple[int, bytes]:
        """Send the request to the server; return the status and the body of its response without sending it."""
        response = _POOL.request("POST", self.server.target + self.path, body=self._body, headers=dict(self.headers))
        token = self._request.get("ExpressionAttributeValues", {}).get(":token")
        if token and response.status == 200:
            self.server.applied.append((self._subject, token["S"]))
        return response.status, response.data

    def send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None, end: int | None = None) -> None:
        self.send_response(status)
        # Like DynamoDB, with the checksum that botocore verifies.
        described = {"Content-Length": str(len(body)), "x-amz-crc32": str(crc32(body))}
        for name, value in (described | dict(headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:end])

    def log_message(self, *_: object) -> None:
        """Log no requests."""


Fault = Callable[[Exchange], None]


def work(exchange: Exchange) -> None:
    """Forward the request and send its response: no fault."""
    exchange.send(*exchange.forward())


class Proxy(ThreadingHTTPServer):
    """Serves on a loopback port, with a thread per request.

    A request's subject, a conversation or a secret, decides which faults it meets. `applied` lists the submissions that
    were applied, each as its conversation and the token that its write leaves there. None may be applied twice.
    """

    request_queue_size = 128
    # The end of the server waits for running requests, even if their clients are gone.
    daemon_threads = False

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.target = target
        self.endpoint = f"http://127.0.0.1:{self.server_port}"
        self.applied: list[tuple[str, str]] = []
        self.faults: dict[str, Iterator[Fault]] = {}

    def inject(self, subject: str, faults: Iterable[Fault]) -> None:
        """Inject one of the faults into each of the next requests about a subject, and none after them."""
        self.faults[subject] = iter(faults)

    @contextmanager
    def serving(self) -> Iterator["Proxy"]:
        with self:
            threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}).start()
            try:
                yield self
            finally:
                self.shutdown()
        assert len(set(self.applied)) == len(self.applied), "A submission was applied twice."

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore broken connections: clients are killed, or give up."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)
