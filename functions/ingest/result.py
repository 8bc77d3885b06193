"""The result of a submission, for the caller and for the log."""

from dataclasses import dataclass, field
from uuid import uuid4

from ingest.errors import RefusedError, ServiceError, UnreadableError
from json_object import Json
from telemetry import defect_fields, record


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a submission. Its outcome is Stored, Duplicate, or its failure's outcome."""

    event_id: str
    """Empty if it is neither in the response nor in the log."""
    outcome: str
    ignored: list[str]
    failure: type[ServiceError] | None = None
    error: str = ""
    """The contract's error text. It can contain attribute names, so it must not be logged."""
    details: Json = field(default_factory=dict)
    """Additional log fields: identifiers and field names, never values."""

    def body(self) -> Json:
        """Return the contract's result object."""
        result: Json = {"eventId": self.event_id, "error": self.error}
        return result | {"ignoredFields": self.ignored} if self.ignored else result

    def log_fields(self) -> Json:
        """Return the log fields of the submission."""
        fields = {"eventId": self.event_id} if self.event_id else {}
        ignored = {"ignoredFields": logged_names(self.ignored)} if self.ignored else {}
        return fields | self.details | ignored

    def log(self, counts: dict[str, int]) -> None:
        """Log the result as one line, with these counts as its metrics."""
        level = self.failure.level if self.failure else "INFO"
        record(self.outcome, self.log_fields(), level=level, counts=counts)


def fail(error: Exception, event_id: str = "", ignored: list[str] | None = None, details: Json | None = None) -> Result:
    """Return the result of an error: a rejection has an event id in any case, and a defect its traceback.

    The result keeps no reference to the error, so that its frames and the body can be freed.
    """
    failure = error if isinstance(error, ServiceError) else ServiceError()
    details = details or {}
    if isinstance(error, RefusedError):
        event_id = event_id or str(uuid4())
        details |= {"fields": error.fields}
    elif failure is not error or isinstance(error, UnreadableError):
        details |= defect_fields(error)
    return Result(event_id, failure.outcome, ignored or [], type(failure), str(failure), details)


def logged_names(ignored: list[str]) -> list[str]:
    """Return names that may be logged: enough to find a typo, but no attribute names, which are the sender's data."""
    return sorted({name.partition("[")[0][:64] for name in ignored})[:10]
