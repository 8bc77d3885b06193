"""Receives a submission as a JSON object, applies it to the table, and returns a result instead of raising."""

from typing import NamedTuple

from ingest import store
from ingest.errors import ServiceError, TooLargeError
from ingest.item import item_values, token_of
from ingest.limits import MAX_BYTES
from ingest.models import FIELDS, Submission, count_values, measure_json, read_event_id, read_submission
from ingest.result import Result, fail
from json_object import Json


class Received(NamedTuple):
    """A valid submission, and the names of sent fields that are not stored."""

    submission: Submission
    event_id: str
    ignored: list[str]
    value_count: int


def receive(data: Json) -> Received | Result:
    """Return the submission in a JSON object, or the Result that rejects it."""
    event_id = read_event_id(data)
    ignored: list[str] = []
    try:
        # An entry of a batch can be too large. A single submission never is: its body was measured as it was sent.
        if measure_json(data) > MAX_BYTES:
            raise TooLargeError
        ignored = sorted(data.keys() - FIELDS)
        # The SDK's work grows with the number of values, so they are counted before anything else is done with them.
        value_count = count_values(data)
        submission = read_submission(data)
    except ServiceError as error:
        return fail(error, event_id, ignored)
    if submission.attributes and submission.attributes.ignored:
        ignored = sorted([*ignored, *submission.attributes.ignored])
    return Received(submission, event_id, ignored, value_count)


def apply(received: Received, client: str) -> Result:
    """Apply a client's submission. Never raises, so that an error in one entry of a batch cannot affect the others."""
    submission, event_id, ignored, _ = received
    details: Json = {"externalConversationId": submission.externalConversationId}
    try:
        values = item_values(submission)
        token = token_of(event_id, values)
        values |= {"eventId": {"S": event_id}, "updatedBy": {"S": client}}
        write_units = store.merge(submission.externalConversationId, values, token)
    except Exception as error:  # noqa: BLE001 -- any unexpected error is the contract's 500
        return fail(error, event_id, ignored, details)
    outcome = "Duplicate" if write_units is None else "Stored"
    return Result(event_id, outcome, ignored, details=details | {"writeUnits": write_units})
