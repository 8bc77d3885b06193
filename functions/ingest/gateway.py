"""Proxy responses for API Gateway, and the conversion of errors to responses."""

import json
from collections.abc import Callable
from functools import wraps

from aws_lambda_powertools.utilities.typing import LambdaContext

from ingest.errors import RefusedError, ServiceError
from ingest.event import Request, read_request
from ingest.result import Result, fail
from json_object import Json
from telemetry import logger

Handler = Callable[[Json, Request], Json]

_encode = json.JSONEncoder(ensure_ascii=False).encode


def handle_errors(handler: Handler) -> Callable[[Json, LambdaContext], Json]:
    """Log a handler's errors, unexpected ones with a traceback, and return the contract's responses for them.

    The handler receives the parsed request with the event, and every log line has the request's fields.
    """

    @wraps(handler)
    def wrapper(event: Json, context: LambdaContext) -> Json:
        request = read_request(event, context)
        logger.clear_state()
        logger.append_keys(**request.log_fields())
        try:
            return handler(event, request)
        except Exception as error:  # noqa: BLE001 -- any unexpected error is the contract's 500
            result = fail(error)
            result.log({result.outcome: 1})
            return respond_result(result, request)

    return wrapper


def respond_result(result: Result, request: Request) -> Json:
    """Return the proxy response for a result: the result itself, or the error that is its failure."""
    if result.failure not in {None, RefusedError}:
        return respond_error(result.failure, request)
    return respond(400 if result.failure else 200, {"result": result.body()})


def respond_error(error: type[ServiceError], request: Request) -> Json:
    """Return an error response in the same shape as API Gateway's own."""
    body = {"requestId": request.request_id, "code": error.code, "message": error.message}
    return respond(error.status, {"error": body}, error.retry_after)


def respond(status: int, body: Json | str, retry_after: int = 0) -> Json:
    """Return a proxy response. The body is a JSON object or JSON text."""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    if retry_after:
        headers["Retry-After"] = str(retry_after)
    return {"statusCode": status, "headers": headers, "body": body if isinstance(body, str) else _encode(body)}
