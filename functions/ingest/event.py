"""Reads the caller and the ids of a request from an API Gateway event."""

from dataclasses import dataclass

from aws_lambda_powertools.utilities.typing import LambdaContext

from json_object import Json


@dataclass(frozen=True, slots=True)
class Request:
    """The caller of a request, and the ids that trace it."""

    request_id: str
    extended_request_id: str
    """API Gateway's own. A caller can choose the other one (x-amzn-RequestId)."""
    client: str
    """The caller's api id; empty if the function is invoked without API Gateway."""

    def log_fields(self) -> Json:
        """Return the fields that every log line of the request has."""
        return {"requestId": self.request_id, "extendedRequestId": self.extended_request_id, "client": self.client}


def read_request(event: Json, context: LambdaContext) -> Request:
    """Return the request that an event describes. An event from Lambda's console may have no request context."""
    request_context = event.get("requestContext") or {}
    return Request(
        request_id=request_context.get("requestId") or context.aws_request_id,
        extended_request_id=request_context.get("extendedRequestId") or "",
        client=(request_context.get("authorizer") or {}).get("principalId") or "",
    )
