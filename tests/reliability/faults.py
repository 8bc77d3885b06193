"""Faults between a function and an AWS service, injected by a proxy."""

import json
import socket
import struct
import time
from collections.abc import Mapping

from .proxy import Exchange, Fault, work


def refusing(code: str, status: int = 400, headers: Mapping[str, str] | None = None) -> Fault:
    """Return an error of AWS's JSON protocol without carrying out the request."""
    error = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "No."})
    return lambda exchange: exchange.send(status, error.encode(), headers)


def login_page(exchange: Exchange) -> None:
    exchange.send(200, b"<html>Sign in</html>", {"Content-Type": "text/html"})


def hanging(exchange: Exchange) -> None:
    """Send nothing until the client gives up."""
    exchange.rfile.read(1)


def resetting(exchange: Exchange) -> None:
    # With a linger time of 0, closing sends a reset.
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def after_the_write(fault: Fault) -> Fault:
    """Carry out the request, and lose its response."""

    def applied_first(exchange: Exchange) -> None:
        exchange.forward()
        fault(exchange)

    return applied_first


def half_an_answer(exchange: Exchange) -> None:
    status, body = exchange.forward()
    exchange.send(status, body, end=len(body) // 2)


def half_a_head(exchange: Exchange) -> None:
    exchange.forward()
    exchange.wfile.write(b"HTTP/1.1 20")


def garbled(exchange: Exchange) -> None:
    """Corrupt the response, so that its checksum is wrong."""
    status, body = exchange.forward()
    exchange.send(status, b"[" + body[1:], {"x-amz-crc32": "1"})


def slow(exchange: Exchange) -> None:
    """Respond late, but within the read timeout."""
    time.sleep(0.3)
    work(exchange)
