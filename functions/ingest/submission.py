"""The way of a submission: received as a JSON object, applied to the table; what became of it is a value."""

from dataclasses import dataclass, field
from typing import Any

from ingest import store
from ingest.body import measure_json
from ingest.errors import RefusedError, ServiceError, TooLargeError
from ingest.gateway import Json
from ingest.limits import MAX_BYTES
from ingest.models import FIELDS, Submission, read_event_id, read_submission
from telemetry import defect_fields

_LOGGED_NAMES = 10
_LOGGED_CHARACTERS = 64


@dataclass(frozen=True, slots=True)
class Ignored:
    """Names of what was sent and is not stored: fields that the contract does not know, and parts of attributes."""

    fields: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)

    def names(self) -> list[str]:
        """Return all the names, for the sender."""
        return sorted([*self.fields, *self.attributes])

    def logged_names(self) -> list[str]:
        """Return what a log may say: enough to find the mistake, and nothing of attributes, whose names are data."""
        names = [name[:_LOGGED_CHARACTERS] for name in self.fields[:_LOGGED_NAMES]]
        return [*names, "attributes"] if self.attributes else names


@dataclass(frozen=True, slots=True)
class Received:
    """A valid submission."""

    submission: Submission
    event_id: str
    ignored: Ignored

    @property
    def conversation_id(self) -> str:
        """The conversation that it is about."""
        return self.submission.externalConversationId


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a submission."""

    event_id: str
    outcome: str
    """Stored, Duplicate, or the failure's: the message of the log line and the name of the metric."""
    ignored: Ignored = field(default_factory=Ignored)
    failure: type[ServiceError] | None = None
    error: str = ""
    """The failure in the contract's words. They can quote the names of attributes, so they are not for a log."""
    details: Json = field(default_factory=dict)
    """What the log line says besides: identifiers and names of fields, never a value."""

    def body(self) -> Json:
        """Return the contract's result object."""
        result = {"eventId": self.event_id, "error": self.error}
        names = self.ignored.names()
        return result | {"ignoredFields": names} if names else result

    def log_fields(self) -> Json:
        """Return what the log line says of the submission."""
        names = self.ignored.logged_names()
        return {"eventId": self.event_id} | self.details | ({"ignoredFields": names} if names else {})

    @property
    def ignored_count(self) -> int:
        """How many names were ignored."""
        return len(self.ignored.fields) + len(self.ignored.attributes)


def receive(data: Json) -> Received | Result:
    """Read a submission from a JSON object; a Result says why it is not one."""
    ignored = Ignored()
    try:
        if measure_json(data) > MAX_BYTES:
            raise TooLargeError
        ignored = Ignored(sorted(data.keys() - FIELDS))
        submission = read_submission(data)
    except ServiceError as error:
        return fail(error, read_event_id(data), ignored)
    attributes = submission.attributes.ignored if submission.attributes else []
    return Received(submission, read_event_id(data), Ignored(ignored.fields, attributes))


def apply(received: Received, client: str) -> Result:
    """Apply a client's submission. Nothing is raised: in a batch, one entry's defect must not spoil the others."""
    event_id, ignored = received.event_id, received.ignored
    details: dict[str, Any] = {"externalConversationId": received.conversation_id}
    try:
        applied = store.apply(received.submission, event_id, client)
    except ServiceError as error:
        return fail(error, event_id, ignored, details)
    except Exception as defect:  # noqa: BLE001 -- whatever was not foreseen is the contract's 500
        return fail(ServiceError(), event_id, ignored, details | defect_fields(defect))
    if applied.write_units is not None:
        details["writeUnits"] = applied.write_units
    return Result(event_id, applied.outcome, ignored, details=details)


def fail(error: ServiceError, event_id: str, ignored: Ignored | None = None, details: Json | None = None) -> Result:
    """Return what an error made of a submission. The error itself is not kept, and with it no frames and no body."""
    details = details or {}
    if isinstance(error, RefusedError):
        details = details | {"fields": error.fields}
    return Result(event_id, error.outcome, ignored or Ignored(), type(error), str(error), details)
