"""A stub of DynamoDB: it accepts every write at once, so that only the caller is measured."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zlib import crc32

_BODY = b'{"ConsumedCapacity":{"TableName":"conversations","CapacityUnits":1.0}}'
_HEAD = f"""\
HTTP/1.1 200 OK
Server: Server
Date: Mon, 30 Nov 2026 12:00:00 GMT
Content-Type: application/x-amz-json-1.0
Content-Length: {len(_BODY)}
x-amzn-RequestId: {"0" * 52}
x-amz-crc32: {crc32(_BODY)}

"""


@contextmanager
def stub(seconds: float = 0) -> Iterator[tuple[str, deque[bytes]]]:
    """Serve with some latency; yield the URL, and the parameters of the last write."""
    last: deque[bytes] = deque(maxlen=1)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            last.append(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(seconds)
            self.wfile.write(_HEAD.replace("\n", "\r\n").encode() + _BODY)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_port}", last
        finally:
            server.shutdown()
