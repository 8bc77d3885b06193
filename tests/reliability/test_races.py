"""Racing submissions to one conversation: each is applied once, and none is lost."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from oracle import checked_response, event

from tools.contract import CANARY

from . import runtime
from .size import size

DISTINCT = 12
SENT_EACH = 4
PROCESSES = 6


def racers(conversation):
    """Return the submissions of one round: half with attributes, each several times, in random order."""
    distinct = [
        {"externalConversationId": conversation, "eventId": f"event-{n}", "campaign": f"{CANARY} {n}"}
        | ({"attributes": [{"name": str(n), "value": CANARY}]} if n % 2 else {})
        for n in range(DISTINCT)
    ]
    return random.sample(distinct * SENT_EACH, DISTINCT * SENT_EACH)


def assert_all_applied(item):
    events = Counter(token.rpartition("#")[0] for token in item["submissions"])
    assert events == {f"event-{n}": 1 for n in range(DISTINCT)}
    assert item.keys() >= {f"attribute:{n}" for n in range(1, DISTINCT, 2)}
    # The record is that of the last one applied, not a mixture.
    assert item["campaign"] == f"{CANARY} {item['eventId'].removeprefix('event-')}"


def test_racing_submission_is_applied_by_one_process(tmp_path, proxy, item_of, record_property):
    rounds = size(8, 200)
    with runtime.running(tmp_path, proxy.endpoint) as start_environment, ThreadPoolExecutor(PROCESSES) as threads:
        environments = [start_environment() for _ in range(PROCESSES)]
        for _ in range(rounds):
            conversation = str(uuid4())
            sent = racers(conversation)
            shares = [sent[n::PROCESSES] for n in range(PROCESSES)]
            statuses = threads.map(_submit_all, environments, shares)
            assert {status for each in statuses for status in each} == {200}
            assert_all_applied(item_of(conversation))
    assert len(proxy.applied) == rounds * DISTINCT
    record_property("rounds", rounds)
    record_property("submissions sent", rounds * DISTINCT * SENT_EACH)


def _submit_all(environment, submissions):
    return [checked_response(environment.invoke(event(submission)))[0] for submission in submissions]
