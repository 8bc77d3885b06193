"""Hostile events: each gets a response of the contract, nothing leaks, and the work is bounded."""

import json
import tracemalloc
from collections import Counter
from collections.abc import Callable
from time import process_time
from timeit import repeat
from types import SimpleNamespace

import pytest
from botocore.awsrequest import AWSResponse
from hypothesis import given
from oracle import Context, checked_response, raw_event

from ingest import limits, many, read, single, store

from .hostile import hostile_events
from .runtime import dynamodb_client
from .size import FULL, examples

ROUTES = {
    "single": (single.handle, examples(1_000, 100_000)),
    "many": (many.handle, examples(500, 20_000)),
    "read": (read.handle, examples(500, 20_000)),
}

# Bodies of about a given size that cause the most work per byte.
SHAPES: dict[str, Callable[[int], str]] = {
    "a long text of escapes": lambda size: _submission(campaign="\0" * (size // 6)),
    "a long fraction": lambda size: _submission(attributes=[{"name": "n", "value": 0}]).replace("0", f"0.{'1' * size}"),
    "opening brackets": lambda size: "[" * size,
    "unknown fields": lambda size: _submission(**{f"unknown-{n}": n for n in range(size // 25)}),
    "the same field again": lambda size: "{" + '"campaign":"a",' * (size // 15) + '"campaign":"a"}',
    "numbers in a list of texts": lambda size: _submission(companySegment=[0] * (size // 3)),
    "members of a value": lambda size: _submission(attributes=[{"n": {str(n): [] for n in range(size // 14)}}]),
    "too many attributes": lambda size: _submission(attributes=[{str(n): n for n in range(size // 19)}]),
    "lists in lists": lambda size: _filled("attributes", "[" * 29 + "]" * 29, size),
    "small numbers": lambda size: _filled("attributes", "1e-6", size),
    "as many values as are allowed": lambda size: _filled("attributes", "1" * (size // 9_995 - 1), size - 100),
    "numbers in an unknown field": lambda size: _filled("unknown", "1.5", size),
}
ENTRIES = limits.MAX_BATCH_BYTES // limits.MAX_BYTES


def _submission(**fields):
    return json.dumps({"externalConversationId": "conversation"} | fields)


def _filled(field, piece, size):
    """Return a submission of about this size, with an array of equal pieces of JSON."""
    return _submission(**{field: [{"n": "@"}]}).replace('"@"', f"[{','.join([piece] * (size // (len(piece) + 1)))}]")


@pytest.fixture(autouse=True)
def without_network(monkeypatch):
    """Applies every write at once and finds nothing in reads, so that only the function is measured."""
    reply = SimpleNamespace(stream=lambda: iter([b'{"ConsumedCapacity": {"CapacityUnits": 1}}']))
    client = dynamodb_client()
    client.meta.events.register("before-send.dynamodb", lambda request, **_: AWSResponse(request.url, 200, {}, reply))
    monkeypatch.setattr(store, "_dynamodb", client)


@pytest.mark.parametrize("route", ROUTES)
def test_hostile_event_gets_a_response_of_the_contract(check_log, record_property, route):
    handle, events = ROUTES[route]
    statuses = Counter()

    @events
    @given(hostile_events)
    def send(event):
        statuses[checked_response(handle(event, Context())).status] += 1
        check_log()

    send()
    assert statuses.keys() <= {200, 400, 404, 413}
    for status, count in sorted(statuses.items()):
        record_property(f"answered {status}", count)


@pytest.mark.parametrize("shape", SHAPES)
def test_time_and_memory_are_bounded_by_the_size_of_the_body(shape):
    # With room for the rest of the submission.
    small, large = (raw_event(SHAPES[shape](eighths * limits.MAX_BYTES // 8 - 500)) for eighths in (1, 8))
    growth = len(large["body"]) / len(small["body"])
    # The minimum of several runs, in processor time.
    few, seconds = (
        min(repeat(lambda event=event: single.handle(event, Context()), timer=process_time, number=1, repeat=3))
        for event in (small, large)
    )
    # Linear work grows as the body does. Quadratic work grows so much more that noise cannot hide it.
    assert seconds / few < growth * growth / 2
    assert seconds < 0.3
    tracemalloc.start()
    assert checked_response(single.handle(large, Context())).status in {200, 400}
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak / len(large["body"]) < 150


@pytest.mark.parametrize("shape", SHAPES if FULL else ["lists in lists", "numbers in an unknown field"])
def test_full_batch_of_worst_bodies_takes_at_most_4_seconds_of_cpu(shape):
    entry = SHAPES[shape](limits.MAX_BYTES - 500)
    event = raw_event(f'{{"items":[{",".join([entry] * ENTRIES)}]}}')
    start = process_time()
    assert many.handle(event, Context())["statusCode"] in {200, 400}
    assert process_time() - start < 4
