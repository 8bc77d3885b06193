"""API Gateway's side of every route: what its event tells about a request, and the responses that it takes."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from ingest.errors import ServiceError
from telemetry import defect_fields, record

Json = dict[str, Any]
Handler = Callable[[Json, LambdaContext], Json]

_encode = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Request:
    """Who sent a request, and how it is traced."""

    request_id: str
    extended_request_id: str
    client: str
    """The caller's api id; empty where a function is invoked without API Gateway."""

    def log_fields(self) -> Json:
        """Return what every log line says of the request."""
        # A caller can choose the request id (x-amzn-RequestId), and nobody can choose the extended one.
        ids = {"requestId": self.request_id, "extendedRequestId": self.extended_request_id}
        return ids | {"client": self.client}


def read_request(event: object, context: LambdaContext) -> Request:
    """Return what an event, of whatever shape, tells about its request."""
    gateway = get_or_none(event, "requestContext")
    return Request(
        request_id=str(get_or_none(gateway, "requestId") or context.aws_request_id),
        extended_request_id=str(get_or_none(gateway, "extendedRequestId") or ""),
        client=str(get_or_none(get_or_none(gateway, "authorizer"), "principalId") or ""),
    )


def answer_errors(handler: Handler) -> Handler:
    """Log what a handler raises, a defect with its traceback, and answer it as the contract says."""

    @wraps(handler)
    def handle(event: Json, context: LambdaContext) -> Json:
        try:
            return handler(event, context)
        except ServiceError as error:
            request, failure, fields = read_request(event, context), type(error), {}
        except Exception as defect:  # noqa: BLE001 -- whatever was not foreseen is the contract's 500
            request, failure, fields = read_request(event, context), ServiceError, defect_fields(defect)
        record(failure.outcome, request.log_fields() | fields, level=failure.level)
        return respond_error(failure, request)

    return handle


def get_or_none(value: object, name: str) -> Any:
    """Return a member of an object in the event, None where the event has another shape than API Gateway's."""
    return value.get(name) if isinstance(value, dict) else None


def respond(status: int, body: Json | str, retry_after: int = 0) -> Json:
    """Return a proxy response with a JSON body, given as an object or as its text."""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    if retry_after:
        headers["Retry-After"] = str(retry_after)
    text = body if isinstance(body, str) else _encode(body)
    return {"statusCode": status, "headers": headers, "body": text}


def respond_error(error: type[ServiceError], request: Request) -> Json:
    """Return an error in the shape that it has whoever answers, API Gateway or a function."""
    body = {"requestId": request.request_id, "code": error.code, "message": error.message}
    return respond(error.status, {"error": body}, error.retry_after)
