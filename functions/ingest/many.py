"""POST /metadata-ingestion/v1/many-convo-metadata: up to a thousand submissions a request."""

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from ingest.body import read_body
from ingest.errors import RefusedError, ServiceError, TooLargeError, UnavailableError
from ingest.gateway import Json, Request, answer_errors, read_request, respond, respond_error
from ingest.limits import MAX_BATCH_BYTES, MAX_ENTRIES
from ingest.submission import Received, Result, apply, fail, logged_names, receive, record_result
from telemetry import record

# Lambda takes a response of 6 MB, in which the body stands as an escaped string. Only nonsense comes near it.
MAX_RESPONSE_BYTES = 6_000_000
CUT_CHARACTERS = 100
# botocore's pool holds 10 connections; more threads than that would open one for a single call.
THREADS = 8
# The last call to start ends within 19 s (aws_client.py), before the function's timeout and API Gateway's 29 s.
SECONDS_TO_SEND = 8
# What the contract lets a client send again.
RETRYABLE = {429, 500, 503}
# Input that never reached the table. A small request must not write a large log, so all of it shares one line.
REFUSED = {RefusedError, TooLargeError}
LISTED = 20


@answer_errors
def handle(event: Json, context: LambdaContext) -> Json:
    """Store the submissions in an API Gateway proxy event (REST, payload 1.0), each on its own."""
    request = read_request(event, context)
    ignored: list[str] = []
    try:
        data = read_body(event, MAX_BATCH_BYTES)
        # No response could hold a lone surrogate.
        ignored = sorted(name.encode(errors="replace").decode() for name in data.keys() - {"items"})
        results = _apply_all([_receive(entry) for entry in _read_entries(data)], request.client)
    except RefusedError as error:
        results = [fail(error)]
    _record_all(results, request)
    if ignored:
        line = request.log_fields() | {"ignoredFields": logged_names(ignored)}
        record("IgnoredFields", line, counts={"IgnoredFields": len(ignored)})
    return _respond(results, ignored, request)


def _read_entries(data: Json) -> list[Any]:
    entries = data.get("items")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_ENTRIES:
        raise RefusedError([("items", f"must be an array of 1 to {MAX_ENTRIES} submissions")])
    return entries


def _receive(entry: object) -> Received | Result:
    if isinstance(entry, dict):
        return receive(entry)
    return fail(RefusedError([("item", "must be an object")]))


def _apply_all(entries: list[Received | Result], client: str) -> list[Result]:
    """Apply the submissions, those of one conversation in their order, those of others beside them."""
    results = {index: entry for index, entry in enumerate(entries) if isinstance(entry, Result)}
    conversations: dict[str, dict[int, Received]] = {}
    for index, entry in enumerate(entries):
        if isinstance(entry, Received):
            conversations.setdefault(entry.submission.externalConversationId, {})[index] = entry
    apply_in_order = partial(_apply_in_order, client=client, deadline=time.monotonic() + SECONDS_TO_SEND)
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
            if (failed := results[index].failure) and failed.status in RETRYABLE:
                failure = failed
        else:
            # Sent now, it would be overwritten by the failed one when that is sent again.
            details = {"externalConversationId": entry.submission.externalConversationId}
            results[index] = fail(failure(), entry.event_id, entry.ignored, details)
    return results


def _record_all(results: list[Result], request: Request) -> None:
    """Write a line for each submission that the table was asked about, and one for all that were refused."""
    refused = [(index, result) for index, result in enumerate(results) if result.failure in REFUSED]
    for result in results:
        if result.failure not in REFUSED:
            record_result(result, request)
    if refused:
        listed = [{"item": index} | result.log_fields() for index, result in refused[:LISTED]]
        line = request.log_fields() | {"count": len(refused), "refused": listed}
        counts = Counter(result.outcome for _, result in refused)
        ignored_count = sum(len(result.ignored) for _, result in refused)
        record("Refused", line, counts={"Refused": 0, "IgnoredFields": ignored_count, **counts})


def _respond(results: list[Result], ignored: list[str], request: Request) -> Json:
    failures = [result.failure for result in results if result.failure]
    if len(failures) < len(results):
        return _respond_results(200, results, ignored)
    # Nothing was stored. If a retry of all of it can help, the status says so, unavailable before throttled.
    if retryable := [failure for failure in failures if failure.status in RETRYABLE]:
        return respond_error(max(retryable, key=lambda failure: failure.status), request)
    return _respond_results(400, results, ignored)


def _respond_results(status: int, results: list[Result], ignored: list[str]) -> Json:
    body: Json = {"errorCount": sum(result.failure is not None for result in results)}
    body["results"] = [result.body() for result in results]
    response = respond(status, body | {"ignoredFields": ignored} if ignored else body)
    # Measured as the runtime escapes it, in the longer form that leaves nothing but ASCII.
    if len(json.dumps(response)) > MAX_RESPONSE_BYTES:
        # What was stored must be told all the same, so the explanations are cut short.
        body["results"] = [{"eventId": result.event_id, "error": result.error[:CUT_CHARACTERS]} for result in results]
        response = respond(status, body)
    return response
