"""One submission on its way through a request: what was sent, and what became of it."""

from typing import Any

from ingest import store
from ingest.errors import RefusedError, ServiceError
from ingest.models import Submission, ignored_fields, read_event_id, read_submission
from telemetry import record


class Entry:
    """A submission, read when the entry is made and stored when asked. Failures are kept, never raised."""

    def __init__(self, data: dict[str, Any], error: ServiceError | None = None) -> None:
        """Read a JSON object, or take the error that kept it from being read."""
        self.event_id = read_event_id(data)
        self.ignored = ignored_fields(data)
        self.error = error and _without_frames(error)
        self.submission: Submission | None = None
        self._stored = ""
        self._defect: Exception | None = None
        if error is None:
            try:
                self.submission = read_submission(data)
            except RefusedError as refusal:
                self.error = _without_frames(refusal)

    def store(self) -> None:
        """Apply the submission, if there is one."""
        if self.submission is None:
            return
        try:
            self._stored = store.apply(self.submission, self.event_id)
        except ServiceError as error:
            self.error = _without_frames(error)
        except Exception as defect:  # noqa: BLE001 -- in a batch one item's defect must not spoil the others
            self.error, self._defect = ServiceError(), defect

    def result(self) -> dict[str, Any]:
        """Return the contract's result object."""
        result = {"eventId": self.event_id, "error": str(self.error) if self.error else ""}
        return result | {"ignoredFields": self.ignored} if self.ignored else result

    def record(self, line: dict[str, Any]) -> None:
        """Write the submission's log line, which begins with the request's."""
        line = line | {"eventId": self.event_id}
        if self.submission:
            line["externalConversationId"] = self.submission.externalConversationId
        if self.ignored:
            # Enough to find the sender's mistake, and short whatever was sent.
            line["ignoredFields"] = [name[:64] for name in self.ignored[:10]]
        if isinstance(self.error, RefusedError):
            line["fields"] = self.error.fields
        if self.error:
            outcome, level = self.error.outcome, self.error.level
            record(outcome, line, level=level, defect=self._defect, ignored=len(self.ignored))
        else:
            record(self._stored, line, ignored=len(self.ignored))


def _without_frames(error: ServiceError) -> ServiceError:
    """Return an error to keep. The frames that it knows lead back to whoever keeps it, so both would stay.

    For good, where pydantic's error is among its causes: the garbage collector cannot look into what is made in Rust.
    """
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error
