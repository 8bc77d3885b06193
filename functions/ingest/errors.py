"""Everything that can go wrong with a submission, each with the response that the contract gives it."""

import logging
import re
from typing import ClassVar


class ServiceError(Exception):
    """Base of the tree, and a defect of our own when raised as itself: 500-01."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "500-01"
    message: ClassVar[str] = "Internal server error"
    outcome: ClassVar[str] = "Failed"
    level: ClassVar[int] = logging.ERROR
    retry_after: ClassVar[int | None] = None
    """Seconds for the Retry-After header, where sending again later can help."""


class RefusedError(ServiceError):
    """The input is wrong: 400, naming every problem by its path. Problems never quote what was sent."""

    status = 400
    outcome = "Refused"
    level = logging.INFO
    LISTED = 100

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__()
        self.problems = problems

    @property
    def fields(self) -> list[str]:
        """The names of the contract's fields that are wrong: all that a log may say of a refused body."""
        return sorted({re.split(r"\W", path, maxsplit=1)[0] for path, _ in self.problems})

    def __str__(self) -> str:
        """Give the contract's text, bounded: a long list of wrong elements must not outgrow a response."""
        listed = [f"{path}: {message}" for path, message in self.problems[: self.LISTED]]
        if len(self.problems) > self.LISTED:
            listed.append(f"and {len(self.problems) - self.LISTED} more")
        return "FAIL_BAD_PARAMS: ERROR: " + "; ".join(listed)


class TooLargeError(ServiceError):
    """The body is over its limit, or the record would outgrow DynamoDB's 400 KB item."""

    status = 413
    code = "413-01"
    message = "Request Entity Too Large"
    outcome = "TooLarge"
    level = logging.INFO


class ThrottledError(ServiceError):
    """DynamoDB asks for a slower pace."""

    status = 429
    code = "429-01"
    message = "Too Many Requests"
    outcome = "Throttled"
    level = logging.WARNING
    retry_after = 1


class UnavailableError(ServiceError):
    """DynamoDB is out of reach or too slow. Whether it applied the write is unknown; sending again is safe."""

    status = 503
    code = "503-01"
    message = "Service Unavailable"
    outcome = "Unavailable"
    level = logging.WARNING
    retry_after = 1
