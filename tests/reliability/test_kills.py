"""The function's process may be killed at any moment: a 200 still means stored, and a retry applies nothing twice."""

import random
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from oracle import CANARY, assert_untold, checked_response, event

from . import runtime
from .size import size

KILLS = size(60, 1_200)
# Two clients share each conversation, and each writes a field and attributes of its own.
CONVERSATIONS = [str(uuid4()), str(uuid4())]
FIELDS = ["campaign", "lobName"]
# A new process's first request takes about half as long: some die before their write, some after it, some are spared.
SECONDS_TO_LIVE = 0.06


def test_a_200_is_never_lost_and_no_submission_is_applied_twice(tmp_path, proxy, item_of, record_property):
    with runtime.running(tmp_path, proxy.endpoint) as start_environment, ThreadPoolExecutor() as threads:
        clients = {
            (conversation, field): threads.submit(_send, start_environment, item_of, conversation, field)
            for conversation in CONVERSATIONS
            for field in FIELDS
        }
        acknowledged = {client: future.result() for client, future in clients.items()}
    # Nor does a write come late that a killed process had sent.
    proxy.settle()
    for conversation in CONVERSATIONS:
        item = item_of(conversation)
        counts = {field: acknowledged[conversation, field] for field in FIELDS}
        assert {field: item[field] for field in FIELDS} == {field: _value(n) for field, n in counts.items()}
        assert {token.rpartition("#")[0] for token in item["submissions"]} == {
            f"{field}-{n}" for field, count in counts.items() for n in range(1, count + 1)
        }
    assert set(proxy.applied.values()) == {1}
    assert len(proxy.applied) == sum(acknowledged.values())
    assert_untold((tmp_path / "log").read_text(), "The log of the killed processes")
    record_property("kills", KILLS)
    record_property("submissions acknowledged", sum(acknowledged.values()))


def _send(start_environment, item_of, conversation, field):
    """Send one submission after the other, each until it is acknowledged; return how many that were."""
    kills_left = KILLS // (len(CONVERSATIONS) * len(FIELDS))
    moments = random.Random(conversation + field)  # noqa: S311 -- not a secret
    environment = start_environment()
    acknowledged = 0
    unacknowledged = False
    while kills_left or unacknowledged:
        submission = _submission(conversation, field, acknowledged + 1)
        unacknowledged = True
        seconds = moments.uniform(0, SECONDS_TO_LIVE) if kills_left else None
        try:
            response = environment.invoke(event(submission), killed_after=seconds)
        except runtime.Killed:
            kills_left -= 1
            environment = start_environment()
            continue
        assert checked_response(response)[0] == 200
        unacknowledged = False
        acknowledged += 1
        item = item_of(conversation)
        assert item[field] == _value(acknowledged)
        assert any(token.startswith(f"{field}-{acknowledged}#") for token in item["submissions"])
    environment.close()
    return acknowledged


def _submission(conversation, field, n):
    attributes = [{"name": f"{field}-{n % 3}", "value": _value(n)}] if n % 2 else None
    identity = {"externalConversationId": conversation, "eventId": f"{field}-{n}"}
    return identity | {field: _value(n), "attributes": attributes}


def _value(n):
    return f"{CANARY} {n}"
