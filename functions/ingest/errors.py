"""Everything that can go wrong with a request, each with the response that the contract gives it."""

import re

Problem = tuple[str, str]
"""The path of what is wrong, and what would be right there."""


class ProblemsError(ValueError):
    """What a validator of the models finds wrong with a value."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems


class ServiceError(Exception):
    """Base of the tree, and a defect of our own when raised as itself."""

    status, code, message = 500, "500-01", "Internal server error"
    failure = "FAIL_INTERNAL"
    """What an entry of a batch answers, where the request as a whole does not fail."""
    outcome = "Failed"
    """Message of the log line and name of the metric."""
    level = "ERROR"
    retry_after = 0
    """Seconds for the Retry-After header, where a retry can help."""

    def __str__(self) -> str:
        """Give the text of a result's error."""
        return f"{self.failure}: ERROR: {self.message}"


class RefusedError(ServiceError):
    """The input is wrong, and every problem is named by its path. Problems never quote what was sent."""

    status, message = 400, "Bad Request"
    failure, outcome, level = "FAIL_BAD_PARAMS", "Refused", "INFO"
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

    status, code, message = 404, "404-01", "Not Found"
    failure, outcome, level = "FAIL_NOT_FOUND", "NotFound", "INFO"


class TooLargeError(ServiceError):
    """The body, or an entry of a batch, is over its limit."""

    status, code, message = 413, "413-01", "Request Entity Too Large"
    failure, outcome, level = "FAIL_TOO_LARGE", "TooLarge", "INFO"


class FullError(ServiceError):
    """The conversation's record would outgrow DynamoDB's 400 KB: nothing more can be added to it."""

    status, code, message = 413, "413-02", "Conversation Full"
    failure, outcome, level = "FAIL_CONVERSATION_FULL", "Full", "WARNING"


class ThrottledError(ServiceError):
    """DynamoDB asks for a slower pace."""

    status, code, message = 429, "429-01", "Too Many Requests"
    failure, outcome, level = "FAIL_THROTTLED", "Throttled", "WARNING"
    retry_after = 1


class UnavailableError(ServiceError):
    """DynamoDB is out of reach, too slow or in conflict. Whether it applied the write is unknown; a retry is safe."""

    status, code, message = 503, "503-01", "Service Unavailable"
    failure, outcome, level = "FAIL_UNAVAILABLE", "Unavailable", "WARNING"
    retry_after = 1
