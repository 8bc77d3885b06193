"""Reads the request from an API Gateway event, which may have any shape."""

from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """The caller of a request, and the ids that trace it."""

    request_id: str
    extended_request_id: str
    client: str
    """The caller's api id; empty if the function is invoked without API Gateway."""

    def log_fields(self) -> Json:
        """Return the fields that every log line of the request has."""
        # A caller can choose the request id (x-amzn-RequestId), but not the extended one.
        ids = {"requestId": self.request_id, "extendedRequestId": self.extended_request_id}
        return ids | {"client": self.client}


def read_request(event: object, context: LambdaContext) -> Request:
    """Return the request that an event of any shape describes."""
    request_context = get_or_none(event, "requestContext")
    return Request(
        request_id=str(get_or_none(request_context, "requestId") or context.aws_request_id),
        extended_request_id=str(get_or_none(request_context, "extendedRequestId") or ""),
        client=str(get_or_none(get_or_none(request_context, "authorizer"), "principalId") or ""),
    )


def get_or_none(value: object, name: str) -> Any:
    """Return a member of a JSON object, or None if the value is not an object or has no such member."""
    return value.get(name) if isinstance(value, dict) else None
