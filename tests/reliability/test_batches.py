"""A batch that is killed half way can be sent again as a whole."""

import random
from contextlib import closing
from uuid import uuid4

from oracle import CANARY, checked_response, event

from . import runtime
from .size import size
from .submissions import attributes_of_item

KILLS = size(5, 100)
# Longer than a batch: some are killed before their first write, some half way, some not at all.
SECONDS_TO_LIVE = 0.2
CONVERSATIONS = 4
SUBMISSIONS_EACH = 5


def new_batch():
    """Return new conversation ids, and submissions to each in turn: each overwrites the one before it."""
    names = [str(uuid4()) for _ in range(CONVERSATIONS)]
    return names, [
        {
            "externalConversationId": name,
            "eventId": f"event-{n}",
            "campaign": f"{CANARY} {n}",
            "attributes": [{"name": f"attribute-{n % 3}", "value": n}],
        }
        for n in range(SUBMISSIONS_EACH)
        for name in names
    ]


def test_batch_killed_half_way_and_repeated_is_applied_once(tmp_path, proxy, item_of, record_property):
    moments = random.Random(1)  # noqa: S311 -- not a secret
    names, items = new_batch()
    half_way = 0
    with runtime.running(tmp_path, proxy.endpoint, "ingest.many") as start_environment:
        while half_way < KILLS:
            with closing(start_environment()) as environment:
                try:
                    environment.invoke(event({"items": items}), killed_after=moments.uniform(0, SECONDS_TO_LIVE))
                    names, items = new_batch()
                except runtime.Killed:
                    stored = sum(len(item_of(name).get("submissions", ())) for name in names)
                    half_way += 0 < stored < len(items)
        with closing(start_environment()) as environment:
            status, body = checked_response(environment.invoke(event({"items": items})))
    assert (status, body["errorCount"]) == (200, 0)
    for name in names:
        item = item_of(name)
        assert item["campaign"] == f"{CANARY} 4"
        assert attributes_of_item(item) == {"attribute-0": 3, "attribute-1": 4, "attribute-2": 2}
        assert len(item["submissions"]) == SUBMISSIONS_EACH
    record_property("kills half way", KILLS)
