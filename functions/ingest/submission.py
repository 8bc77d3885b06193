"""The way of a submission: received as a JSON object, applied to the table; what became of it is a value."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import uuid4

from ingest import store
from ingest.body import measure_json
from ingest.errors import RefusedError, ServiceError, TooLargeError
from ingest.gateway import Json, Request
from ingest.limits import MAX_BYTES
from ingest.models import FIELDS, Submission, read_event_id, read_submission
from telemetry import defect_fields, record


class Received(NamedTuple):
    """A valid submission, and the names of what came with it and is not stored."""

    submission: Submission
    event_id: str
    ignored: list[str]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a submission: its outcome is Stored, Duplicate, or its failure's."""

    event_id: str
    outcome: str
    ignored: list[str]
    failure: type[ServiceError] | None = None
    error: str = ""
    """The failure in the contract's words. They can quote the names of attributes, so they are not for a log."""
    details: Json = field(default_factory=dict)
    """What the log line says besides: identifiers and names of fields, never a value."""

    def body(self) -> Json:
        """Return the contract's result object."""
        result: Json = {"eventId": self.event_id, "error": self.error}
        return result | {"ignoredFields": self.ignored} if self.ignored else result

    def log_fields(self) -> Json:
        """Return what the log line says of the submission."""
        names = logged_names(self.ignored)
        return {"eventId": self.event_id} | self.details | ({"ignoredFields": names} if names else {})


def logged_names(ignored: list[str]) -> list[str]:
    """Return what a log may say: enough to find the mistake, and of attributes no name, which is the sender's data."""
    return sorted({name.partition("[")[0][:64] for name in ignored})[:10]


def receive(data: Json) -> Received | Result:
    """Read a submission from a JSON object; a Result says why it is not one."""
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
    """Apply a client's submission. Nothing is raised: in a batch, one entry's defect must not spoil the others."""
    submission, event_id, ignored = received
    details: dict[str, Any] = {"externalConversationId": submission.externalConversationId}
    try:
        outcome, write_units = store.apply(submission, event_id, client)
    except ServiceError as error:
        return fail(error, event_id, ignored, details)
    except Exception as defect:  # noqa: BLE001 -- whatever was not foreseen is the contract's 500
        return fail(ServiceError(), event_id, ignored, details | defect_fields(defect))
    return Result(event_id, outcome, ignored, details=details | {"writeUnits": write_units})


def fail(
    error: ServiceError, event_id: str = "", ignored: list[str] | None = None, details: Json | None = None
) -> Result:
    """Return what an error made of a submission, with an event id made here where it has none.

    The error itself is not kept, and with it no frames and no body.
    """
    details = (details or {}) | ({"fields": error.fields} if isinstance(error, RefusedError) else {})
    return Result(event_id or str(uuid4()), error.outcome, ignored or [], type(error), str(error), details)


def record_result(result: Result, request: Request) -> None:
    """Write a submission's log line and metrics."""
    line = request.log_fields() | result.log_fields()
    level = result.failure.level if result.failure else "INFO"
    record(result.outcome, line, level=level, counts={"IgnoredFields": len(result.ignored)})
