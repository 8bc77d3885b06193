"""POST /metadata-ingestion/v1/many-convo-metadata: up to a thousand submissions a request."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from startup import loading

with loading():
    from ingest.body import read_body
    from ingest.entry import Entry
    from ingest.errors import RefusedError, ServiceError, UnavailableError
    from ingest.gateway import Json, respond, respond_error, route

MAX_ITEMS = 1000
# Lambda takes an event of 6 MB, in which the body stands as an escaped string.
MAX_BYTES = 4 * 1024 * 1024
# Lambda takes a response of 6 MB as well. Only nonsense comes near it.
MAX_RESPONSE_BYTES = 5_000_000
# botocore's pool holds 10 connections; more threads than that would open one for a single call.
THREADS = 8
# The last write to start takes 18 s at worst (functions/aws_client.py), and API Gateway waits for 29 s.
SECONDS_TO_SEND = 8
# What the contract lets a client send again.
RETRYABLE = {429, 500, 503}


@route
def handle(event: Json, line: Json) -> Json:
    """Store the submissions in an API Gateway proxy event (REST, payload 1.0), each on its own."""
    try:
        entries = [_entry(item) for item in _read_items(read_body(event, MAX_BYTES))]
    except RefusedError as error:
        entries = [Entry({}, error)]
    _store(entries)
    for entry in entries:
        entry.record(line)
    return _respond(entries, line)


def _read_items(data: Json) -> list[Any]:
    items = data.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_ITEMS:
        raise RefusedError([("items", f"must be an array of 1 to {MAX_ITEMS} submissions")])
    return items


def _entry(item: object) -> Entry:
    return Entry(item) if isinstance(item, dict) else Entry({}, RefusedError([("item", "must be an object")]))


def _store(entries: list[Entry]) -> None:
    """Apply the submissions, those of one conversation in their order, those of others beside them."""
    conversations: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.submission:
            conversations.setdefault(entry.submission.externalConversationId, []).append(entry)
    store_in_order = partial(_store_in_order, deadline=time.monotonic() + SECONDS_TO_SEND)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(store_in_order, conversations.values()))


def _store_in_order(entries: list[Entry], deadline: float) -> None:
    failure: ServiceError | None = None
    for entry in entries:
        if failure is None and time.monotonic() > deadline:
            failure = UnavailableError()
        if failure is None:
            entry.store()
            if entry.error and entry.error.status in RETRYABLE:
                failure = entry.error
        else:
            # Sent now, it would be overwritten by the failed one when that is sent again.
            entry.error = failure


def _respond(entries: list[Entry], line: Json) -> Json:
    errors = [entry.error for entry in entries if entry.error]
    if len(errors) < len(entries):
        return respond(200, _results(entries))
    # Nothing was stored. If sending all of it again can help, the status says so, unavailable before throttled.
    if retryable := [error for error in errors if error.status in RETRYABLE]:
        return respond_error(max(retryable, key=lambda error: error.status), line)
    return respond(400, _results(entries))


def _results(entries: list[Entry]) -> str:
    results = [entry.result() for entry in entries]
    text = _dump(results)
    if len(text.encode()) > MAX_RESPONSE_BYTES:
        # What was stored must be told all the same, so the explanations are cut short.
        text = _dump([{"eventId": result["eventId"], "error": result["error"][:300]} for result in results])
    return text


def _dump(results: list[Json]) -> str:
    count = sum(1 for result in results if result["error"])
    return json.dumps({"errorCount": count, "results": results}, ensure_ascii=False)
