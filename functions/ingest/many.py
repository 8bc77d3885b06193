"""POST /metadata-ingestion/v1/many-convo-metadata: up to a thousand submissions per request."""

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from ingest.body import read_body
from ingest.errors import RefusedError, ServiceError, TooLargeError, UnavailableError
from ingest.event import Request
from ingest.gateway import handle_errors, respond, respond_error
from ingest.limits import MAX_BATCH_BYTES, MAX_BATCH_VALUES, MAX_ENTRIES
from ingest.models import read_event_id
from ingest.result import Result, fail, logged_names
from ingest.submission import Received, apply, receive
from json_object import Json
from telemetry import record

# Lambda accepts responses of 6 MB, which contain the body as an escaped string. Only absurd input comes near it.
MAX_RESPONSE_BYTES = 6_000_000
ERROR_CHARACTERS = 100
# botocore's pool holds 10 connections; additional threads would open a connection per call.
THREADS = 8
# From the start of the request. The last call takes up to 19 s more (aws_client.py). The function's timeout is 28 s.
SECONDS_TO_SEND = 8
# Statuses after which the contract lets a client retry.
RETRYABLE = {429, 500, 503}
# Entries rejected before the write share one log line, so that a small request cannot produce a large log.
REFUSED = {RefusedError, TooLargeError}
MAX_LISTED = 20


@handle_errors
def handle(event: Json, request: Request) -> Json:
    """Store the submissions in an API Gateway proxy event (REST, payload 1.0), each independently."""
    deadline = time.monotonic() + SECONDS_TO_SEND
    ignored: list[str] = []
    try:
        data = read_body(event, MAX_BATCH_BYTES)
        # A response cannot contain lone surrogates.
        ignored = sorted(name.encode(errors="replace").decode() for name in data.keys() - {"items"})
        results = _apply_all(_receive_all(data.get("items")), request.client, deadline)
    except RefusedError as error:
        results = [fail(error)]
    _record_all(results, ignored)
    return _respond(results, ignored, request)


def _receive_all(entries: object) -> list[Received | Result]:
    """Return a valid submission or a Result for each entry. Raises RefusedError unless it is an array of entries."""
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_ENTRIES:
        raise RefusedError([("items", f"must be an array of 1 to {MAX_ENTRIES} submissions")])
    received: list[Received | Result] = []
    value_count = 0
    # Each parsed entry is freed in turn: a garbage collection of 4 MiB of nested lists would take a second.
    entries.reverse()
    while entries:
        entry = entries.pop()
        if not isinstance(entry, dict):
            received.append(fail(RefusedError([("item", "must be an object")])))
        elif value_count > MAX_BATCH_VALUES:
            received.append(fail(UnavailableError(), read_event_id(entry)))
        else:
            received.append(item := receive(entry))
            value_count += item.value_count if isinstance(item, Received) else 0
    return received


def _apply_all(entries: list[Received | Result], client: str, deadline: float) -> list[Result]:
    """Apply the submissions: in order within a conversation, concurrently across conversations."""
    results = {index: entry for index, entry in enumerate(entries) if isinstance(entry, Result)}
    conversations: dict[str, dict[int, Received]] = {}
    for index, entry in enumerate(entries):
        if isinstance(entry, Received):
            conversations.setdefault(entry.submission.externalConversationId, {})[index] = entry
    apply_in_order = partial(_apply_in_order, client=client, deadline=deadline)
    with ThreadPoolExecutor(THREADS) as pool:
        for applied in pool.map(apply_in_order, conversations.values()):
            results |= applied
    return [results[index] for index in range(len(entries))]


def _apply_in_order(entries: dict[int, Received], client: str, deadline: float) -> dict[int, Result]:
    results: dict[int, Result] = {}
    failure: type[ServiceError] | None = None
    for index, entry in entries.items():
        if failure is None and time.monotonic() > deadline:
            failure = UnavailableError
        if failure is None:
            results[index] = apply(entry, client)
            if (entry_failure := results[index].failure) and entry_failure.status in RETRYABLE:
                failure = entry_failure
        else:
            # If this entry were applied now, a retry of the failed one would overwrite it.
            details = {"externalConversationId": entry.submission.externalConversationId}
            results[index] = fail(failure(), entry.event_id, entry.ignored, details)
    return results


def _record_all(results: list[Result], ignored: list[str]) -> None:
    """Log a line per entry sent to the table, one for all rejected entries, and one for the batch with its metrics."""
    refused = [(index, result) for index, result in enumerate(results) if result.failure in REFUSED]
    for result in results:
        if result.failure not in REFUSED:
            result.log({})
    if refused:
        listed = [{"item": index} | result.log_fields() for index, result in refused[:MAX_LISTED]]
        record("Refused", {"count": len(refused), "refused": listed}, counts={})
    counts = Counter(result.outcome for result in results)
    counts["IgnoredFields"] = len(ignored) + sum(len(result.ignored) for result in results)
    record("Batch", {"entries": len(results), "ignoredFields": logged_names(ignored) or None}, counts=counts)


def _respond(results: list[Result], ignored: list[str], request: Request) -> Json:
    failures = [result.failure for result in results if result.failure]
    if len(failures) < len(results):
        return _respond_results(200, results, ignored)
    # Nothing was stored. If a retry of the request can help, return a retryable status: 503 before 500 before 429.
    if retryable := [failure for failure in failures if failure.status in RETRYABLE]:
        return respond_error(max(retryable, key=lambda failure: failure.status), request)
    return _respond_results(400, results, ignored)


def _respond_results(status: int, results: list[Result], ignored: list[str]) -> Json:
    body: Json = {"errorCount": sum(result.failure is not None for result in results)}
    body["results"] = [result.body() for result in results]
    response = respond(status, body | {"ignoredFields": ignored} if ignored else body)
    # json.dumps escapes non-ASCII characters: the longest form in which the runtime can send the response.
    if len(json.dumps(response)) > MAX_RESPONSE_BYTES:
        # The client must still learn what was stored, so error texts are truncated and ignored fields omitted.
        body["results"] = [{"eventId": result.event_id, "error": result.error[:ERROR_CHARACTERS]} for result in results]
        response = respond(status, body)
    return response
