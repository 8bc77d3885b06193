"""API Gateway's side of every route: what its event tells about a request, and the responses it takes."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from ingest.errors import ServiceError
from telemetry import record

Json = dict[str, Any]

_encode = json.JSONEncoder(ensure_ascii=False).encode


def route(answer: Callable[[Json, Json], Json]) -> Callable[[Json, LambdaContext], Json]:
    """Make a Lambda handler of a function from (event, log line) to proxy response.

    The log line starts with what every line says of a request: API Gateway's request id and the caller's api id.
    What the function raises is logged, a defect with its traceback, and answered as the contract says.
    """

    @wraps(answer)
    def handle(event: Json, context: LambdaContext) -> Json:
        request = member(event, "requestContext")
        line = {
            "requestId": str(member(request, "requestId") or context.aws_request_id),
            "client": member(member(request, "authorizer"), "principalId"),
        }
        try:
            return answer(event, line)
        except ServiceError as error:
            record(error.outcome, line, level=error.level)
            return respond_error(error, line)
        except Exception as defect:  # noqa: BLE001 -- whatever was not foreseen is the contract's 500
            record(ServiceError.outcome, line, level=ServiceError.level, defect=defect)
            return respond_error(ServiceError(), line)

    return handle


def member(value: object, name: str) -> Any:
    """Return a member of an object in the event, None where the event has another shape than API Gateway's."""
    return value.get(name) if isinstance(value, dict) else None


def respond(status: int, body: Json | str, retry_after: int | None = None) -> Json:
    """Return a proxy response with a JSON body, given as an object or as its text."""
    headers = {"Content-Type": "application/json"}
    if retry_after:
        headers["Retry-After"] = str(retry_after)
    text = body if isinstance(body, str) else _encode(body)
    return {"statusCode": status, "headers": headers, "body": text}


def respond_error(error: ServiceError, line: Json) -> Json:
    """Return an error in the shape that it has whoever answers, API Gateway or a function."""
    body = {"requestId": line["requestId"], "code": error.code, "message": error.message}
    return respond(error.status, {"error": body}, error.retry_after)
