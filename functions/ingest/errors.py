"""The service's errors, each with the response that the contract defines."""

Problem = tuple[str, str]
"""The path of an invalid value, and the rule that it violates."""


class ServiceError(Exception):
    """Base class of the service's errors. Raised directly, it is an internal error."""

    status, code, message = 500, "500-01", "Internal server error"
    failure = "FAIL_INTERNAL"  # error code in the `error` text of a result, such as that of a batch entry
    outcome = "Failed"  # log message and metric name
    level = "ERROR"
    retry_after = 0  # seconds in the Retry-After header; 0 omits the header

    def __str__(self) -> str:
        """Return the error text of a result."""
        return f"{self.failure}: ERROR: {self.message}"


class RefusedError(ServiceError, ValueError):
    """The input is invalid. Problems never quote a value; their paths can contain the names of attributes.

    A ValueError, so that pydantic collects it from a validator.
    """

    status, message = 400, "Bad Request"
    failure, outcome, level = "FAIL_BAD_PARAMS", "Refused", "INFO"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems

    @property
    def fields(self) -> list[str]:
        """Names of the invalid fields, the only part of a rejected body that may be logged."""
        return sorted({path.partition("[")[0] for path, _ in self.problems})

    def __str__(self) -> str:
        """Return the error text of a result."""
        return f"{self.failure}: ERROR: {'; '.join(f'{path}: {rule}' for path, rule in self.problems)}"


class NotFoundError(ServiceError):
    """No record exists for the conversation id."""

    status, code, message = 404, "404-01", "Not Found"
    failure, outcome, level = "FAIL_NOT_FOUND", "NotFound", "INFO"


class TooLargeError(ServiceError):
    """The body, or an entry of a batch, exceeds its size limit. An entry's result has the failure, not a 413."""

    status, code, message = 413, "413-01", "Request Entity Too Large"
    failure, outcome, level = "FAIL_TOO_LARGE", "TooLarge", "INFO"


class FullError(ServiceError):
    """The conversation's record would exceed DynamoDB's limit of 400 KB: nothing more can be added to it."""

    status, code, message = 413, "413-02", "Conversation Full"
    failure, outcome, level = "FAIL_CONVERSATION_FULL", "Full", "WARNING"


class ThrottledError(ServiceError):
    """DynamoDB throttled the request."""

    status, code, message = 429, "429-01", "Too Many Requests"
    failure, outcome, level = "FAIL_THROTTLED", "Throttled", "WARNING"
    retry_after = 1


class UnavailableError(ServiceError):
    """DynamoDB is unreachable, too slow or in conflict. The write may have been applied; a retry is safe."""

    status, code, message = 503, "503-01", "Service Unavailable"
    failure, outcome, level = "FAIL_UNAVAILABLE", "Unavailable", "WARNING"
    retry_after = 1


class UnreadableError(UnavailableError):
    """The response cannot be read, so it did not come from DynamoDB. The log line has the reason's traceback."""
