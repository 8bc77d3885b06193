"""A stub of DynamoDB: it answers every write at once, so that only the caller is measured."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zlib import crc32

ACCEPTED = b'{"ConsumedCapacity":{"TableName":"conversations","CapacityUnits":1.0}}'
THROTTLED = b'{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Throttled"}'


class Handler(BaseHTTPRequestHandler):
    """Answers every request alike."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body are sent in one packet
    disable_nagle_algorithm = True
    seconds: float
    throttled: bool
    record: Path | None

    def do_POST(self) -> None:
        """Answer as DynamoDB answers a write."""
        parameters = self.rfile.read(int(self.headers["Content-Length"]))
        if self.record:
            self.record.write_bytes(parameters)
        time.sleep(self.seconds)
        body = THROTTLED if self.throttled else ACCEPTED
        self.send_response(400 if self.throttled else 200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-amzn-RequestId", "0" * 52)
        self.send_header("x-amz-crc32", str(crc32(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the overridden method's name for it
        """Log nothing."""


@contextmanager
def stub(*, seconds: float = 0, throttled: bool = False, record: Path | None = None) -> Iterator[str]:
    """Serve, with some latency, by throttling every write, or recording its parameters in a file; yield the URL."""
    handler = type("Handler", (Handler,), {"seconds": seconds, "throttled": throttled, "record": record})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
