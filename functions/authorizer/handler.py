"""The API's Lambda authorizer: returns an IAM policy for a REQUEST event."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from authorizer.credentials import is_valid, read_clients
from json_object import Json
from telemetry import defect_fields, record


class UnauthorizedError(Exception):
    """API Gateway returns 401 for an error with exactly this message, and 500 for any other."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


def handle(event: Json, context: LambdaContext) -> Json:
    """Return a policy that allows the caller to invoke every route of the stage.

    Raises UnauthorizedError if the credentials are missing, unknown or wrong. Fails closed: raises any error that
    prevents reading the secret, for which API Gateway returns 500.
    """
    request_context = event.get("requestContext") or {}
    log_fields: Json = {
        "requestId": request_context.get("requestId") or context.aws_request_id,
        "extendedRequestId": request_context.get("extendedRequestId"),
    }
    api_id, api_secret = _header(event, "asapp-api-id"), _header(event, "asapp-api-secret")
    try:
        clients = read_clients() if api_id and api_secret else {}
    except Exception as error:
        record("AuthorizerFailed", log_fields | defect_fields(error), level="ERROR")
        raise
    # The id of a client who is refused is logged. Any other text comes from a stranger.
    if api_id in clients:
        log_fields["client"] = api_id
    if not is_valid(clients.get(api_id), api_secret):
        record("Unauthorized", log_fields)
        raise UnauthorizedError
    record("Authorized", log_fields)
    return _policy(api_id, event["methodArn"])


def _header(event: Json, name: str) -> str:
    """Return the value of a header, whatever the case of its name, or "" if it is missing or repeated."""
    headers = event.get("multiValueHeaders") or {key: [value] for key, value in (event.get("headers") or {}).items()}
    values = [value for key, values in headers.items() if key.lower() == name for value in values]
    return values[0] if len(values) == 1 else ""


def _policy(api_id: str, method_arn: str) -> Json:
    """Return a policy for the whole stage, because API Gateway caches it and applies it to other routes too."""
    api, stage, *_ = method_arn.split("/")
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/{stage}/*"}
    return {"principalId": api_id, "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
