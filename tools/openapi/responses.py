"""The responses: one component for each status that an error has, with an example of each of its codes."""

from ingest.errors import RefusedError, ServiceError
from tools.openapi.schemas import Json, reference

_BY_API_GATEWAY = [(401, "401-01", "Unauthorized"), (403, "403-01", "Forbidden")]

_DESCRIPTIONS = {
    401: "A credential header is missing, or the id and secret are not a client's.",
    403: "Refused by a policy or the firewall.",
    404: "Nothing is stored about this conversation, or there is no such path.",
    413: "413-01: the body is over 256 KiB, or a batch over 4 MiB. 413-02: the conversation is full, nothing more can "
    "be added to it. The same will be refused again.",
    429: "Too many requests for API Gateway or DynamoDB: wait for Retry-After, then send the same again.",
    500: "A defect of the service. The same may be sent again without risk.",
    503: "DynamoDB is out of reach or too slow: wait for Retry-After, then send the same again.",
}

HEADERS: Json = {
    "RequestId": {
        "description": "The request's id, on every answer: it finds the request in the service's logs.",
        "schema": {"type": "string"},
    },
    "RetryAfter": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer", "minimum": 1}},
}
_REQUEST_ID_HEADER = {"x-amzn-RequestId": {"$ref": "#/components/headers/RequestId"}}
_RETRY_AFTER_HEADER = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}


def responses() -> Json:
    """Return the shared responses by name."""
    return {_name(status): _error(status) for status in _DESCRIPTIONS}


def error_responses(*statuses: int) -> Json:
    """Return references to the shared responses, by status."""
    return {str(status): {"$ref": f"#/components/responses/{_name(status)}"} for status in statuses}


def response(description: str, schema: str, given: Json) -> Json:
    """Return a response of an operation's own, with an example for each of the values given by name."""
    return {"description": description, "headers": _REQUEST_ID_HEADER, "content": content(schema, given)}


def content(schema: str, given: Json) -> Json:
    """Return JSON content with examples."""
    examples = {name: {"value": value} for name, value in given.items()}
    return {"application/json": {"schema": reference(schema), "examples": examples}}


def _error(status: int) -> Json:
    errors = [
        {"requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "code": code, "message": message}
        for code, message in _codes()[status].items()
    ]
    made = response(_DESCRIPTIONS[status], "Error", {error["code"]: {"error": error} for error in errors})
    is_retried_later = any(each.status == status and each.retry_after for each in ServiceError.__subclasses__())
    return made | ({"headers": _REQUEST_ID_HEADER | _RETRY_AFTER_HEADER} if is_retried_later else {})


def _codes() -> dict[int, dict[str, str]]:
    """Return each status with its codes and their messages. A refusal has a shape of its own."""
    errors: list[type[ServiceError]] = [ServiceError, *ServiceError.__subclasses__()]
    errors.remove(RefusedError)
    of_functions = sorted((error.status, error.code, error.message) for error in errors)
    codes: dict[int, dict[str, str]] = {}
    for status, code, message in [*_BY_API_GATEWAY, *of_functions]:
        codes.setdefault(status, {})[code] = message
    return codes


def _name(status: int) -> str:
    """Return the component's name: the message of the status's first code, in one word."""
    return next(iter(_codes()[status].values())).title().replace(" ", "")
