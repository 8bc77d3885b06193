"""A batch that is killed half way, or sent by many at once: the whole of it again makes everything right."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import uuid4

import pytest
from oracle import CANARY, Context, assert_untold, checked_response, event

from ingest import many

from . import runtime
from .size import size
from .submissions import attributes_of_item

KILLS = size(5, 100)
# A batch takes somewhat less: some die before their first write, some half way, some are spared.
SECONDS_TO_LIVE = 0.2

pytestmark = pytest.mark.usefixtures("submit")


def batch_for(names, each):
    """Return so many submissions for each conversation, in turns; each overwrites the one before it."""
    return [
        {
            "externalConversationId": name,
            "eventId": f"event-{n}",
            "campaign": f"{CANARY} {n}",
            "attributes": [{"name": f"attribute-{n % 3}", "value": n}],
        }
        for n in range(each)
        for name in names
    ]


def test_a_batch_that_is_killed_half_way_and_sent_again_is_applied_once(tmp_path, proxy, item_of, record_property):
    moments = random.Random(1)  # noqa: S311 -- not a secret
    names = [str(uuid4()) for _ in range(4)]
    items = batch_for(names, 5)
    half_way = 0
    with runtime.running(tmp_path, proxy.endpoint, "ingest.many") as start_environment:
        while half_way < KILLS:
            with closing(start_environment()) as environment:
                try:
                    environment.invoke(event({"items": items}), killed_after=moments.uniform(0, SECONDS_TO_LIVE))
                except runtime.Killed:
                    proxy.settle()
                    stored = sum(len(item_of(name).get("submissions", ())) for name in names)
                    half_way += 0 < stored < len(items)
                else:
                    names = [str(uuid4()) for _ in range(4)]
                    items = batch_for(names, 5)
        with closing(start_environment()) as environment:
            status, body = checked_response(environment.invoke(event({"items": items})))
    assert (status, body["errorCount"]) == (200, 0)
    assert set(proxy.applied.values()) == {1}
    for name in names:
        item = item_of(name)
        assert item["campaign"] == f"{CANARY} 4"
        assert attributes_of_item(item) == {"attribute-0": 3, "attribute-1": 4, "attribute-2": 2}
        assert proxy.applications(name) == [1] * len(item["submissions"]) == [1] * 5
    assert_untold((tmp_path / "log").read_text(), "The log of the killed processes")
    record_property("kills half way", KILLS)


def test_the_same_batch_from_many_senders_at_once_is_applied_once(proxy, item_of, record_property):
    rounds = size(5, 50)
    for _ in range(rounds):
        names = [str(uuid4()), str(uuid4())]
        items = batch_for(names, 6)
        with ThreadPoolExecutor(4) as senders:
            responses = list(senders.map(many.handle, [event({"items": items})] * 4, [Context()] * 4))
        for status, body in map(checked_response, responses):
            assert (status, body["errorCount"]) == (200, 0)
        for name in names:
            assert proxy.applications(name) == [1] * len(item_of(name)["submissions"]) == [1] * 6
    record_property("rounds", rounds)
