"""DynamoDB's place in the benchmark: a server that accepts every write at once, so only the caller is measured."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zlib import crc32

ANSWER = b'{"ConsumedCapacity":{"TableName":"conversations","CapacityUnits":1.0}}'


class Handler(BaseHTTPRequestHandler):
    """Answers every request as DynamoDB answers a write, without looking at what it asks for."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one packet
    disable_nagle_algorithm = True
    seconds = 0.0

    def do_POST(self) -> None:
        """Say that the write was applied."""
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.seconds)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.send_header("x-amzn-RequestId", "0" * 52)
        self.send_header("x-amz-crc32", str(crc32(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the overridden method's name for it
        """Say nothing."""


@contextmanager
def stub(seconds: float = 0) -> Iterator[str]:
    """Serve, taking so long for an answer; yield the address. Subjects are measured in other processes."""
    handler = type("Handler", (Handler,), {"seconds": seconds})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
