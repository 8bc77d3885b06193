"""The API's Lambda authorizer: a REQUEST event in, an IAM policy out."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from authorizer import credentials
from telemetry import defect_fields, record

Json = dict[str, Any]


class UnauthorizedError(Exception):
    """API Gateway answers 401 to an error of exactly this text, and 500 to any other."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


def handle(event: Json, context: LambdaContext) -> Json:
    """Return a policy that lets the caller use every route of the stage.

    Raises UnauthorizedError for credentials that are missing, unknown or wrong, and whatever kept the secret from
    being read, which API Gateway answers with a 500: nobody gets in on an error.
    """
    gateway = event.get("requestContext") or {}
    line: Json = {
        "requestId": gateway.get("requestId") or context.aws_request_id,
        "extendedRequestId": gateway.get("extendedRequestId"),
    }
    api_id, api_secret = _header(event, "asapp-api-id"), _header(event, "asapp-api-secret")
    try:
        valid = bool(api_id and api_secret) and credentials.are_valid(api_id, api_secret)
    except Exception as error:
        record("AuthorizerFailed", line | defect_fields(error), level="ERROR")
        raise
    if not valid:
        record("Unauthorized", line)
        raise UnauthorizedError
    record("Authorized", line | {"client": api_id})
    return _policy(api_id, event["methodArn"])


def _header(event: Json, name: str) -> str:
    """Return a header that was sent once, its name in any case; "" for none or for several."""
    several = event.get("multiValueHeaders") or {key: [value] for key, value in (event.get("headers") or {}).items()}
    values = [value for key, values in several.items() if key.lower() == name for value in values]
    return values[0] if len(values) == 1 else ""


def _policy(api_id: str, method_arn: str) -> Json:
    """Allow the whole stage: API Gateway caches the policy, and other routes are judged by it too."""
    api, stage, *_ = method_arn.split("/")
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/{stage}/*"}
    return {"principalId": api_id, "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
