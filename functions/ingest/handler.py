"""The route for one submission: an API Gateway event in, the contract's response out."""

import json
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from ingest import store
from ingest.body import read_body
from ingest.errors import RefusedError, ServiceError
from ingest.models import ignored_fields, read_event_id, read_submission
from telemetry import record

Json = dict[str, Any]


def handle(event: Json, context: LambdaContext) -> Json:
    """Store the submission in an API Gateway proxy event (REST, payload 1.0); return the proxy response."""
    gateway = event.get("requestContext") or {}
    line: Json = {
        "requestId": gateway.get("requestId") or context.aws_request_id,
        "client": (gateway.get("authorizer") or {}).get("principalId"),
    }
    data: Json = {}
    try:
        data = read_body(event)
        line["eventId"] = event_id = read_event_id(data)
        submission = read_submission(data)
        line["externalConversationId"] = submission.externalConversationId
        outcome = store.apply(submission, event_id)
    except ServiceError as error:
        return _failure(error, data, line)
    except Exception as error:  # noqa: BLE001 -- whatever was not foreseen is the contract's 500
        return _failure(ServiceError(), data, line, defect=error)
    result = _result(data, line)
    record(outcome, line, ignored=len(result.get("ignoredFields", ())))
    return _response(200, {"result": result})


def _failure(error: ServiceError, data: Json, line: Json, defect: Exception | None = None) -> Json:
    if isinstance(error, RefusedError):
        result = _result(data, line, str(error))
        record(error.outcome, line | {"fields": error.fields}, ignored=len(result.get("ignoredFields", ())))
        return _response(error.status, {"result": result})
    record(error.outcome, line, level=error.level, defect=defect)
    body = {"requestId": line["requestId"], "code": error.code, "message": error.message}
    return _response(error.status, {"error": body}, error.retry_after)


def _result(data: Json, line: Json, error: str = "") -> Json:
    result = {"eventId": line.setdefault("eventId", read_event_id(data)), "error": error}
    if ignored := ignored_fields(data):
        result["ignoredFields"] = ignored
        # The line says enough to find the sender's mistake, and stays short whatever was sent.
        line["ignoredFields"] = [name[:64] for name in ignored[:10]]
    return result


def _response(status: int, body: Json, retry_after: int | None = None) -> Json:
    headers = {"Content-Type": "application/json"}
    if retry_after:
        headers["Retry-After"] = str(retry_after)
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}
