"""What can go wrong between a function and a service of AWS, as a proxy plays it."""

import json
import socket
import struct
from dataclasses import replace
from http import HTTPStatus

from .proxy import Answer, Exchange, Fault

# What DynamoDB says of itself, of a caller's pace, and of a caller whom it doesn't take.
THROTTLING = ["ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"]
# DynamoDB's own conflicts, and a function's clock or credentials after a thaw.
PASSING = ["TransactionConflictException", "ExpiredTokenException", "InvalidSignatureException"]
NOT_TAKEN = ["AccessDeniedException", "MissingAuthenticationTokenException", "UnrecognizedClientException"]


def refusing(code: str, status: int = HTTPStatus.BAD_REQUEST) -> Fault:
    """Answer with an error in the shape of AWS's JSON protocol, and do nothing."""
    error = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "No."}
    return lambda exchange: exchange.send(Answer(status, json.dumps(error).encode()))


def answering(status: int, body: bytes) -> Fault:
    """Answer as something does that is not DynamoDB."""
    return lambda exchange: exchange.send(Answer(status, body, {"Content-Type": "text/html"}))


def asking_to_wait(exchange: Exchange) -> None:
    """Refuse, and ask for a longer wait than the SDK allows anybody to ask for."""
    error = b'{"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"}'
    exchange.send(Answer(HTTPStatus.INTERNAL_SERVER_ERROR, error, {"x-amz-retry-after": "60000"}))


def hanging(exchange: Exchange) -> None:
    exchange.hold()
    exchange.hang_up()


def resetting(exchange: Exchange) -> None:
    # With no time to linger, closing sends a reset.
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.hang_up()


def after_the_write(fault: Fault) -> Fault:
    """Have the request carried out, and lose the answer."""

    def applied_first(exchange: Exchange) -> None:
        exchange.forward()
        fault(exchange)

    return applied_first


def half_an_answer(exchange: Exchange) -> None:
    answer = exchange.forward()
    exchange.send_head(answer)
    exchange.wfile.write(answer.body[: len(answer.body) // 2])
    exchange.hang_up()


def half_a_head(exchange: Exchange) -> None:
    exchange.forward()
    exchange.wfile.write(b"HTTP/1.1 20")
    exchange.hang_up()


def wrong_checksum(exchange: Exchange) -> None:
    answer = exchange.forward()
    exchange.send(replace(answer, headers=answer.headers | {"x-amz-crc32": "1"}))


def garbled(exchange: Exchange) -> None:
    """Spoil the answer on its way, which its checksum shows."""
    answer = exchange.forward()
    exchange.send(Answer(answer.status, b"[" + answer.body[1:], answer.headers | {"x-amz-crc32": "1"}))


def slow(exchange: Exchange) -> None:
    """Answer late, but within the time that the function waits."""
    exchange.hold(0.3)
    exchange.send(exchange.forward())
