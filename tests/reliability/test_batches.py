"""A batch that meets a bad day half way: what it says is true, and the whole of it again makes everything right."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from oracle import CANARY, Context, assert_untold, checked_response, event

from aws_client import CONFIG
from ingest import many

from . import faults, runtime
from .proxy import Fault, work
from .size import size
from .submissions import attributes_of_item

KILLS = size(5, 100)
# A batch takes somewhat less: some die before their first write, some half way, some are spared.
SECONDS_TO_LIVE = 0.2
RACES = size(5, 50)

Item = dict[str, Any]

# Each with the failure that the item answers whose every attempt meets it.
FAULTS: dict[str, tuple[Fault, str]] = {
    "throttled": (faults.refusing("ThrottlingException"), "FAIL_THROTTLED"),
    "unavailable": (faults.refusing("ServiceUnavailable", 503), "FAIL_UNAVAILABLE"),
    "reset before the write": (faults.resetting, "FAIL_UNAVAILABLE"),
    "reset after the write": (faults.after_the_write(faults.resetting), "FAIL_UNAVAILABLE"),
    "access denied": (faults.refusing("AccessDeniedException"), "FAIL_INTERNAL"),
}

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


def send(items):
    """Return the status, and for each item "" or the name of its failure."""
    response = many.handle(event({"items": items}), Context())
    assert_untold(response["body"], "The body")
    body = json.loads(response["body"])
    failures = [result["error"].partition(":")[0] for result in body["results"]]
    assert body["errorCount"] == len([failure for failure in failures if failure])
    return response["statusCode"], failures


def check_all_applied(proxy, item_of, names, each):
    for name in names:
        item = item_of(name)
        assert item["campaign"] == f"{CANARY} {each - 1}"
        assert len(item["submissions"]) == each
        assert attributes_of_item(item) == {f"attribute-{n % 3}": n for n in range(max(0, each - 3), each)}
    assert [count for (name, _), count in proxy.applied.items() if name in names] == [1] * (len(names) * each)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failure_half_way_stops_its_conversation_and_no_other(proxy, item_of, fault):
    failing, failure = FAULTS[fault]
    broken, whole = str(uuid4()), str(uuid4())
    items = batch_for([broken, whole], 4)
    # Every attempt of its second submission meets the fault.
    proxy.inject(broken, work, *[failing] * CONFIG.retries["total_max_attempts"])

    assert send(items) == (200, ["", "", failure, "", failure, "", failure, ""])
    assert item_of(broken)["eventId"] in {"event-0", "event-1"}

    proxy.heal(broken)
    assert send(items) == (200, [""] * 8)
    check_all_applied(proxy, item_of, [broken, whole], 4)


def test_a_batch_that_is_killed_half_way_and_sent_again_is_applied_once(tmp_path, proxy, item_of, record_property):
    moments = random.Random(1)  # noqa: S311 -- not a secret
    names = [str(uuid4()) for _ in range(4)]
    items = batch_for(names, 5)
    half_way = 0
    with runtime.running(tmp_path, proxy.endpoint, "ingest.many") as start_environment:
        while half_way < KILLS:
            with start_environment() as environment:
                try:
                    environment.invoke(event({"items": items}), killed_after=moments.uniform(0, SECONDS_TO_LIVE))
                except runtime.Killed:
                    proxy.settle()
                    stored = sum(len(item_of(name).get("submissions", ())) for name in names)
                    half_way += 0 < stored < len(items)
                else:
                    names = [str(uuid4()) for _ in range(4)]
                    items = batch_for(names, 5)
        with start_environment() as environment:
            status, body = checked_response(environment.invoke(event({"items": items})))
    assert (status, body["errorCount"]) == (200, 0)
    assert set(proxy.applied.values()) == {1}
    check_all_applied(proxy, item_of, names, 5)
    assert_untold((tmp_path / "log").read_text(), "The log of the killed processes")
    record_property("kills half way", KILLS)


def test_the_same_batch_from_many_senders_at_once_is_applied_once(proxy, item_of, record_property):
    for _ in range(RACES):
        names = [str(uuid4()), str(uuid4())]
        items = batch_for(names, 6)
        with ThreadPoolExecutor(4) as senders:
            answers = list(senders.map(send, [items] * 4))
        assert answers == [(200, [""] * len(items))] * 4
        for name in names:
            assert len(item_of(name)["submissions"]) == 6
        assert [count for (name, _), count in proxy.applied.items() if name in names] == [1] * len(items)
    record_property("rounds", RACES)
