"""DynamoDB's place in the benchmark: a server that accepts every write at once, so only the caller is measured.

Run as `python stub.py [--seconds SECONDS] [--certificate FILE]`, it takes so long for an answer, prints its port, and
stays up until its standard input closes.
"""

import argparse
import json
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zlib import crc32

SECRET = {"ARN": "arn", "Name": "clients", "VersionId": "1", "SecretString": '{"acme":"s3cret"}'}
ANSWERS = {
    "DynamoDB_20120810.UpdateItem": b"{}",
    "secretsmanager.GetSecretValue": json.dumps(SECRET).encode(),
}


class Handler(BaseHTTPRequestHandler):
    """Answers a request as DynamoDB does, without looking at what it asks for."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one packet
    disable_nagle_algorithm = True
    seconds = 0.0

    def do_POST(self) -> None:
        """Answer by the operation's name."""
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = ANSWERS[self.headers["X-Amz-Target"]]
        if self.seconds:
            time.sleep(self.seconds)
        self.send_response(200)
        self.send_header("Content-Type", self.headers["Content-Type"])
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("x-amzn-RequestId", "0" * 52)
        self.send_header("x-amz-crc32", str(crc32(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the overridden method's name for it
        """Say nothing."""


def serve(seconds: float, certificate: str | None) -> None:
    """Serve on a free loopback port until standard input closes."""
    Handler.seconds = seconds
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--certificate")
    arguments = parser.parse_args()
    serve(arguments.seconds, arguments.certificate)
