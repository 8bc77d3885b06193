"""Killed processes: a 200 still means stored, and a retry applies nothing twice."""

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from uuid import uuid4

from oracle import checked_response, event

from tools.contract import CANARY

from . import runtime
from .size import size

KILLS = size(60, 1_200)
# Two clients share each conversation. Each writes its own field and attributes.
CLIENTS = list(product([str(uuid4()), str(uuid4())], ["campaign", "lobName"]))
# About twice the time of a first request: some are killed before their write, some after it, some not at all.
SECONDS_TO_LIVE = 0.06


def test_no_200_is_lost_and_no_submission_is_applied_twice(tmp_path, proxy, item_of, record_property):
    with runtime.running(tmp_path, proxy.endpoint) as start_environment, ThreadPoolExecutor(len(CLIENTS)) as threads:
        acknowledged = list(threads.map(lambda client: _send(start_environment, item_of, *client), CLIENTS))
    for (conversation, field), count in zip(CLIENTS, acknowledged, strict=True):
        item = item_of(conversation)
        assert item[field] == _value(count)
        events = {token.rpartition("#")[0] for token in item["submissions"]}
        assert events >= {f"{field}-{n}" for n in range(1, count + 1)}
    assert len(proxy.applied) == sum(acknowledged)
    record_property("kills", KILLS)
    record_property("submissions acknowledged", sum(acknowledged))


def _send(start_environment, item_of, conversation, field):
    """Send submissions in turn, each until it is acknowledged; return their number."""
    kills_left = KILLS // len(CLIENTS)
    moments = random.Random(conversation + field)  # noqa: S311 -- not a secret
    environment = start_environment()
    sent = 0
    while kills_left:
        sent += 1
        submission = {
            "externalConversationId": conversation,
            "eventId": f"{field}-{sent}",
            field: _value(sent),
            "attributes": [{"name": f"{field}-{sent % 3}", "value": _value(sent)}] if sent % 2 else None,
        }
        response = None
        while response is None:
            seconds = moments.uniform(0, SECONDS_TO_LIVE) if kills_left else None
            try:
                response = environment.invoke(event(submission), killed_after=seconds)
            except runtime.Killed:
                kills_left -= 1
                environment = start_environment()
        assert checked_response(response)[0] == 200
        item = item_of(conversation)
        assert item[field] == _value(sent)
        assert any(token.startswith(f"{field}-{sent}#") for token in item["submissions"])
    environment.close()
    return sent


def _value(n):
    return f"{CANARY} {n}"
