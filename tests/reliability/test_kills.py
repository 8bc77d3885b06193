"""Racing submissions to one conversation in killed processes: a 200 means stored, and each is applied once."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from uuid import uuid4

from oracle import checked_response, event

from tools.contract import CANARY

from . import runtime
from .size import size

DISTINCT = 12
SENT_EACH = 4
PROCESSES = 6
# About the time of a request. Half of them are killed by then, before their write or after it, unless they respond.
SECONDS_TO_LIVE = 0.03


def test_racing_submissions_of_killed_processes_are_applied_once(tmp_path, proxy, item_of, record_property):
    rounds, kills = size(3, 100), 0
    with runtime.running(tmp_path, proxy.endpoint) as start_environment, ThreadPoolExecutor(PROCESSES) as threads:
        for _ in range(rounds):
            conversation = str(uuid4())
            submissions = [_submission(conversation, n) for n in range(DISTINCT)] * SENT_EACH
            random.shuffle(submissions)
            shares = [submissions[n::PROCESSES] for n in range(PROCESSES)]
            kills += sum(threads.map(_send_all, repeat(start_environment), repeat(item_of), shares))
            item = item_of(conversation)
            assert _events(item) == {f"event-{n}": 1 for n in range(DISTINCT)}
            assert item.keys() >= {f"attribute:{n}" for n in range(1, DISTINCT, 2)}
            # The record is that of the last one applied, not a mixture.
            assert item["campaign"] == f"{CANARY} {item['eventId']}"
    assert len(proxy.applied) == rounds * DISTINCT
    record_property("submissions sent", rounds * DISTINCT * SENT_EACH)
    record_property("kills", kills)


def _submission(conversation, n):
    submission = {"externalConversationId": conversation, "eventId": f"event-{n}", "campaign": f"{CANARY} event-{n}"}
    return submission | ({"attributes": [{"name": str(n), "value": CANARY}]} if n % 2 else {})


def _events(item):
    return Counter(token.rpartition("#")[0] for token in item["submissions"])


def _send_all(start_environment, item_of, submissions):
    """Send submissions in turn, each until it is acknowledged; return how often their process was killed."""
    environment = start_environment()
    kills = 0
    for submission in submissions:
        response = None
        while response is None:
            try:
                seconds = random.uniform(0, 2 * SECONDS_TO_LIVE)  # noqa: S311 -- not a secret
                killed_after = seconds if seconds < SECONDS_TO_LIVE else None
                response = environment.invoke(event(submission), killed_after=killed_after)
            except runtime.Killed:
                kills += 1
                environment = start_environment()
        assert checked_response(response).status == 200
        assert submission["eventId"] in _events(item_of(submission["externalConversationId"]))
    environment.close()
    return kills
