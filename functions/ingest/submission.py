"""Receives a submission as a JSON object, applies it to the table, and returns a result instead of raising."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import uuid4

from ingest import store
from ingest.body import measure_json
from ingest.errors import RefusedError, ServiceError, TooLargeError
from ingest.event import Json
from ingest.limits import MAX_BYTES
from ingest.models import FIELDS, Submission, read_event_id, read_submission
from telemetry import defect_fields, record


class Received(NamedTuple):
    """A valid submission, and the names of sent fields that are not stored."""

    submission: Submission
    event_id: str
    ignored: list[str]


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a submission. Its outcome is Stored, Duplicate, or its failure's outcome."""

    event_id: str
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
        names = logged_names(self.ignored)
        return {"eventId": self.event_id} | self.details | ({"ignoredFields": names} if names else {})


def logged_names(ignored: list[str]) -> list[str]:
    """Return names that may be logged: enough to find a typo, but no attribute names, which are the sender's data."""
    return sorted({name.partition("[")[0][:64] for name in ignored})[:10]


def receive(data: Json) -> Received | Result:
    """Return the submission in a JSON object, or the Result that rejects it."""
    ignored: list[str] = []
    try:
        if measure_json(data) > MAX_BYTES:
            raise TooLargeError
        ignored = sorted(data.keys() - FIELDS)
        submission = read_submission(data)
    except ServiceError as error:
        return fail(error, read_event_id(data), ignored)
    if submission.attributes and submission.attributes.ignored:
        ignored = sorted([*ignored, *submission.attributes.ignored])
    return Received(submission, read_event_id(data), ignored)


def apply(received: Received, client: str) -> Result:
    """Apply a client's submission. Never raises, so that an error in one entry of a batch cannot affect the others."""
    submission, event_id, ignored = received
    details: dict[str, Any] = {"externalConversationId": submission.externalConversationId}
    try:
        write_units = store.apply(submission, event_id, client)
    except ServiceError as error:
        return fail(error, event_id, ignored, details)
    except Exception as error:  # noqa: BLE001 -- any unexpected error is the contract's 500
        return fail(ServiceError(), event_id, ignored, details | defect_fields(error))
    outcome = "Duplicate" if write_units is None else "Stored"
    return Result(event_id, outcome, ignored, details=details | {"writeUnits": write_units})


def fail(
    error: ServiceError, event_id: str = "", ignored: list[str] | None = None, details: Json | None = None
) -> Result:
    """Return the result of a failed submission, with a new event id if it has none.

    The result keeps no reference to the error, so that its frames and the body can be freed.
    """
    details = (details or {}) | ({"fields": error.fields} if isinstance(error, RefusedError) else {})
    return Result(event_id or str(uuid4()), error.outcome, ignored or [], type(error), str(error), details)


def record_result(result: Result) -> None:
    """Log a submission's result with its metrics."""
    level = result.failure.level if result.failure else "INFO"
    record(
        result.outcome,
        result.log_fields(),
        level=level,
        counts={result.outcome: 1, "IgnoredFields": len(result.ignored)},
    )
