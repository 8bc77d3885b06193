"""Submissions to one conversation may race: each distinct one is applied once, and none is lost."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from oracle import CANARY, assert_untold, checked_response, event

from ingest import store
from ingest.models import read_submission

from . import runtime
from .conftest import Conversations
from .proxy import Proxy
from .size import size
from .submissions import attributes_of_item

DISTINCT = 12
SENT_EACH = 4
PROCESSES = 6

Record = Callable[[str, object], None]


def racers(conversation: str) -> list[dict[str, Any]]:
    """Return the submissions of one round: half with attributes, every one several times, in any order."""
    distinct: list[dict[str, Any]] = [
        {"externalConversationId": conversation, "eventId": f"event-{n}", "campaign": f"{CANARY} {n}"}
        for n in range(DISTINCT)
    ]
    for n, submission in enumerate(distinct):
        if n % 2:
            submission["attributes"] = [{"name": f"attribute-{n}", "value": CANARY}]
    return random.sample(distinct * SENT_EACH, DISTINCT * SENT_EACH)


def assert_all_applied(item: dict[str, Any]) -> None:
    events = Counter(token.rpartition("#")[0] for token in item["submissions"])
    assert events == {f"event-{n}": 1 for n in range(DISTINCT)}
    assert attributes_of_item(item).keys() == {f"attribute-{n}" for n in range(1, DISTINCT, 2)}
    # The record ends as the last one applied, not as a mixture.
    assert item["campaign"] == f"{CANARY} {item['eventId'].removeprefix('event-')}"


@pytest.mark.usefixtures("service")
def test_of_racing_threads_each_submission_is_applied_by_one(
    conversations: Conversations, record_property: Record
) -> None:
    rounds = size(8, 200)
    with ThreadPoolExecutor(16) as threads:
        for _ in range(rounds):
            conversation = str(uuid4())
            sent = racers(conversation)
            stored = Counter(event_id for event_id, outcome in threads.map(_apply, sent) if outcome == "Stored")
            assert stored == {f"event-{n}": 1 for n in range(DISTINCT)}
            assert_all_applied(conversations.item(conversation))
    record_property("rounds", rounds)
    record_property("submissions sent", rounds * DISTINCT * SENT_EACH)


def test_of_racing_processes_each_submission_is_applied_by_one(
    tmp_path: Path, proxy: Proxy, conversations: Conversations, record_property: Record
) -> None:
    rounds = size(8, 200)
    with runtime.running(tmp_path, proxy.endpoint) as functions, ThreadPoolExecutor(PROCESSES) as threads:
        environments = [functions.environment() for _ in range(PROCESSES)]
        for _ in range(rounds):
            conversation = str(uuid4())
            sent = racers(conversation)
            shares = [sent[n::PROCESSES] for n in range(PROCESSES)]
            statuses = threads.map(_submit_all, environments, shares)
            assert {status for each in statuses for status in each} == {200}
            assert_all_applied(conversations.item(conversation))
        for environment in environments:
            environment.close()
    assert set(proxy.applied.values()) == {1}
    assert len(proxy.applied) == rounds * DISTINCT
    assert_untold((tmp_path / "log").read_text(), "A process's log")
    record_property("rounds", rounds)
    record_property("submissions sent", rounds * DISTINCT * SENT_EACH)


def _apply(submission: dict[str, Any]) -> tuple[str, str]:
    return submission["eventId"], store.apply(read_submission(submission), submission["eventId"], "client").outcome


def _submit_all(environment: runtime.Environment, submissions: list[dict[str, Any]]) -> list[int]:
    return [checked_response(environment.invoke(event(submission)))[0] for submission in submissions]
