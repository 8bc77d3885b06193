"""Everything that can go wrong with a request, each with the response that the contract gives it."""

import re
from typing import ClassVar

Problem = tuple[str, str]
"""The path of what is wrong, and what would be right there."""


class ProblemsError(ValueError):
    """What a validator of the models finds wrong with a value."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems


class ServiceError(Exception):
    """Base of the tree, and a defect of our own when raised as itself: 500-01."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "500-01"
    message: ClassVar[str] = "Internal server error"
    failure: ClassVar[str] = "FAIL_INTERNAL"
    """What an entry of a batch answers, where the request as a whole does not fail."""
    outcome: ClassVar[str] = "Failed"
    """Message of the log line and name of the metric."""
    level: ClassVar[str] = "ERROR"
    retry_after: ClassVar[int | None] = None
    """Seconds for the Retry-After header, where a retry can help."""

    def __str__(self) -> str:
        """Give the text of a result's error."""
        return f"{self.failure}: ERROR: {self.message}"


class RefusedError(ServiceError):
    """The input is wrong: 400, naming every problem by its path. Problems never quote what was sent."""

    status = 400
    message = "Bad Request"
    failure = "FAIL_BAD_PARAMS"
    outcome = "Refused"
    level = "INFO"
    LISTED = 10
    """Problems that are named of one field, so that a long array of wrong elements does not outgrow a response."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems: dict[str, list[Problem]] = {}
        for path, message in problems:
            field = re.split(r"\W", path, maxsplit=1)[0]
            self.problems.setdefault(field, []).append((path, message))

    @property
    def fields(self) -> list[str]:
        """The names of the fields that are wrong: all that a log may say of a refused body."""
        return sorted(self.problems)

    def __str__(self) -> str:
        """Give the text of a result's error."""
        texts = []
        for field, problems in self.problems.items():
            texts += [f"{path}: {message}" for path, message in problems[: self.LISTED]]
            if len(problems) > self.LISTED:
                texts.append(f"{field}: and more like these")
        return f"{self.failure}: ERROR: {'; '.join(texts)}"


class NotFoundError(ServiceError):
    """Nothing is stored under this conversation id."""

    status = 404
    code = "404-01"
    message = "Not Found"
    failure = "FAIL_NOT_FOUND"
    outcome = "NotFound"
    level = "INFO"


class TooLargeError(ServiceError):
    """The body, or an entry of a batch, is over its limit."""

    status = 413
    code = "413-01"
    message = "Request Entity Too Large"
    failure = "FAIL_TOO_LARGE"
    outcome = "TooLarge"
    level = "INFO"


class FullError(ServiceError):
    """The conversation's record would outgrow DynamoDB's 400 KB: nothing more can be added to it."""

    status = 413
    code = "413-02"
    message = "Conversation Full"
    failure = "FAIL_CONVERSATION_FULL"
    outcome = "Full"
    level = "WARNING"


class ThrottledError(ServiceError):
    """DynamoDB asks for a slower pace."""

    status = 429
    code = "429-01"
    message = "Too Many Requests"
    failure = "FAIL_THROTTLED"
    outcome = "Throttled"
    level = "WARNING"
    retry_after = 1


class UnavailableError(ServiceError):
    """DynamoDB is out of reach, too slow or in conflict. Whether it applied the write is unknown; a retry is safe."""

    status = 503
    code = "503-01"
    message = "Service Unavailable"
    failure = "FAIL_UNAVAILABLE"
    outcome = "Unavailable"
    level = "WARNING"
    retry_after = 1
