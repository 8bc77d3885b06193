"""A proxy in front of a server of AWS's JSON protocol, which injects faults and counts the applied writes."""

import http.client
import json
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32


class Exchange(BaseHTTPRequestHandler):
    """One request and its response, for a fault to change."""

    protocol_version = "HTTP/1.1"
    # Otherwise each response has a delay of 40 ms between its head and its body.
    disable_nagle_algorithm = True
    server: "Proxy"

    def do_POST(self) -> None:
        self._body = self.rfile.read(int(self.headers["Content-Length"]))
        self._request = json.loads(self._body)
        with self.server.under_way(_subject(self._request)) as fault:
            fault(self)

    def forward(self) -> tuple[int, bytes]:
        """Send the request to the server; return the status and the body of its response without sending it."""
        upstream = http.client.HTTPConnection(self.server.target)
        # Otherwise the emulator keeps each connection for 75 s, and a race at full size uses up its file descriptors.
        upstream.request("POST", self.path, self._body, dict(self.headers) | {"Connection": "close"})
        response = upstream.getresponse()
        status, body = response.status, response.read()
        upstream.close()
        token = self._request.get("ExpressionAttributeValues", {}).get(":token")
        if token and status == HTTPStatus.OK:
            self.server.applied.append((_subject(self._request), token["S"]))
        return status, body

    def send(
        self, status: int, body: bytes, headers: Mapping[str, str] | None = None, *, cut_at: int | None = None
    ) -> None:
        self.send_response(status)
        # Like DynamoDB, with the checksum that botocore verifies.
        described = {"Content-Length": str(len(body)), "x-amz-crc32": str(crc32(body))}
        for name, value in (described | dict(headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut_at])

    def hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Log no requests."""


Fault = Callable[[Exchange], None]


def work(exchange: Exchange) -> None:
    """Forward the request and send its response: no fault."""
    exchange.send(*exchange.forward())


class Proxy(ThreadingHTTPServer):
    """Serves on a loopback port, with a thread per connection.

    A request's subject, a conversation or a secret, decides which faults it meets. `applied` lists the submissions that
    were applied, each as its conversation and the token that its write leaves there. None may be applied twice.
    """

    request_queue_size = 128

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.target = urlsplit(target).netloc
        self.endpoint = f"http://127.0.0.1:{self.server_port}"
        self.applied: list[tuple[str, str]] = []
        self._faults: dict[str, Iterator[Fault]] = {}
        self._under_way = 0
        self._lock = threading.Condition()

    def inject(self, subject: str, faults: Iterable[Fault]) -> None:
        """Inject one of the faults into each of the next requests about a subject, and none after them."""
        self._faults[subject] = iter(faults)

    def heal(self, subject: str) -> None:
        self.inject(subject, ())

    @contextmanager
    def under_way(self, subject: str) -> Iterator[Fault]:
        """Return the fault of a request."""
        with self._lock:
            self._under_way += 1
        try:
            yield next(self._faults.get(subject, iter(())), work)
        finally:
            with self._lock:
                self._under_way -= 1
                self._lock.notify_all()

    @contextmanager
    def serving(self) -> Iterator["Proxy"]:
        """Serve during a block, and until no request is running, even if its client is gone."""
        with self:
            threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}).start()
            try:
                yield self
            finally:
                self.shutdown()
                with self._lock:
                    self._lock.wait_for(lambda: not self._under_way)
        assert len(set(self.applied)) == len(self.applied), "A submission was applied twice."

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore broken connections: clients are killed, or give up."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _subject(request: dict[str, Any]) -> str:
    return str(request["SecretId"] if "SecretId" in request else request["Key"]["externalConversationId"]["S"])
