"""A stub of DynamoDB: it answers every write at once, so that only the caller is measured."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zlib import crc32

ACCEPTED = b'{"ConsumedCapacity":{"TableName":"conversations","CapacityUnits":1.0}}'
THROTTLED = b'{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Throttled"}'


class Handler(BaseHTTPRequestHandler):
    """Answers every request alike, and keeps the body of the last one."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body are sent in one packet
    disable_nagle_algorithm = True
    seconds = 0.0
    throttled = False
    server: "Server"

    def do_POST(self) -> None:
        """Answer as DynamoDB answers a write."""
        self.server.last_body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.seconds)
        status, body = (400, THROTTLED) if self.throttled else (200, ACCEPTED)
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-amzn-RequestId", "0" * 52)
        self.send_header("x-amz-crc32", str(crc32(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the overridden method's name for it
        """Log nothing."""


class Server(ThreadingHTTPServer):
    """A server on a free port of the loopback interface."""

    last_body = b""

    @property
    def endpoint(self) -> str:
        """Return the server's URL."""
        return f"http://localhost:{self.server_port}"


@contextmanager
def stub(seconds: float = 0, *, throttled: bool = False) -> Iterator[Server]:
    """Serve, with that much latency or by throttling every write. The measured programs are other processes."""
    handler = type("Handler", (Handler,), {"seconds": seconds, "throttled": throttled})
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
