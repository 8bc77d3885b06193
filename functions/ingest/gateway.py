"""Proxy responses for API Gateway, and the conversion of errors to responses."""

import json
from collections.abc import Callable
from functools import wraps

from aws_lambda_powertools.utilities.typing import LambdaContext

from ingest.errors import RefusedError, ServiceError
from ingest.event import Json, Request, read_request
from ingest.submission import fail, record_result
from telemetry import defect_fields, logger, record

Handler = Callable[[Json, Request], Json]

_encode = json.JSONEncoder(ensure_ascii=False).encode


def handle_errors(handler: Handler) -> Callable[[Json, LambdaContext], Json]:
    """Log a handler's errors, unexpected ones with a traceback, and return the contract's responses for them.

    The handler receives the parsed request with the event, and every log line has the request's fields.
    """

    @wraps(handler)
    def wrapper(event: Json, context: LambdaContext) -> Json:
        request = read_request(event, context)
        with logger.append_context_keys(**request.log_fields()):
            try:
                return handler(event, request)
            except RefusedError as error:
                refused = fail(error)
                record_result(refused)
                return respond(400, {"result": refused.body()})
            except ServiceError as error:
                failure, fields = type(error), {}
            except Exception as error:  # noqa: BLE001 -- any unexpected error is the contract's 500
                failure, fields = ServiceError, defect_fields(error)
            record(failure.outcome, fields, level=failure.level)
            return respond_error(failure, request)

    return wrapper


def respond(status: int, body: Json | str, retry_after: int = 0) -> Json:
    """Return a proxy response. The body is a JSON object or JSON text."""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    if retry_after:
        headers["Retry-After"] = str(retry_after)
    text = body if isinstance(body, str) else _encode(body)
    return {"statusCode": status, "headers": headers, "body": text}


def respond_error(error: type[ServiceError], request: Request) -> Json:
    """Return an error response in the same shape as API Gateway's own."""
    body = {"requestId": request.request_id, "code": error.code, "message": error.message}
    return respond(error.status, {"error": body}, error.retry_after)
