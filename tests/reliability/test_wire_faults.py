"""Whatever goes wrong between the function and DynamoDB: the contract's answer, in time, and a retry makes it right."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from oracle import CANARY, MAY_BE_SENT_AGAIN, Context, assert_untold, checked_response, event

from ingest import read

from . import faults, runtime
from .proxy import Fault, Proxy, work
from .size import size
from .submissions import attributes_of_item

ROUNDS = size(1, 5)

# Each fault with what it is answered with when it lasts, and when the first attempt alone meets it.
FAULTS: dict[str, tuple[Fault, int, int]] = {
    "internal server error": (faults.refusing("InternalServerError", 500), 503, 200),
    "service unavailable": (faults.refusing("ServiceUnavailable", 503), 503, 200),
    "error page of a load balancer": (faults.answering(503, b"<html>Service Temporarily Unavailable</html>"), 503, 200),
    "hang before the write": (faults.hanging, 503, 200),
    "hang after the write": (faults.after_the_write(faults.hanging), 503, 200),
    "reset before the write": (faults.resetting, 503, 200),
    "reset after the write": (faults.after_the_write(faults.resetting), 503, 200),
    "half an answer": (faults.half_an_answer, 503, 200),
    "half a head": (faults.half_a_head, 503, 200),
    # The last attempt's answer is taken as it is. Whole, it tells the truth; spoilt, it says nothing but its status.
    "wrong checksum": (faults.wrong_checksum, 200, 200),
    "garbled answer": (faults.garbled, 503, 200),
    "slow answer": (faults.slow, 200, 200),
    # The SDK takes any 200 for an answer, and does not try again.
    "login page": (faults.answering(200, b"<html>Sign in</html>"), 503, 503),
    "empty answer": (faults.answering(200, b""), 503, 503),
    "no content": (faults.answering(204, b""), 503, 503),
    "error in a 200": (faults.refusing("InternalServerError", 200), 503, 503),
    "retry after a long time": (faults.asking_to_wait, 503, 200),
} | {
    code: (faults.refusing(code), lasting, passing)
    for codes, lasting, passing in (
        (faults.THROTTLING, 429, 200),
        (["ReplicatedWriteConflictException"], 503, 200),
        (faults.PASSING, 503, 503),
        (faults.NOT_TAKEN, 500, 500),
        (["ResourceNotFoundException"], 500, 500),
    )
    for code in codes
}
PLAIN = {"campaign": CANARY}
WITH_ATTRIBUTES = PLAIN | {"attributes": [{"name": "new", "value": CANARY}]}
# The submission that meets the fault, after what was stored before it.
WAYS = {
    "without attributes": (PLAIN,),
    "with the first attributes": (WITH_ATTRIBUTES,),
    "with more attributes": ({"attributes": [{"name": "old", "value": CANARY}]}, WITH_ATTRIBUTES),
}


@dataclass(frozen=True)
class Outcome:
    """What became of a submission that met a fault, and of its retry."""

    status: int
    seconds: float
    retried: int
    item: dict[str, Any]
    applications: list[int]


Meeting = tuple[str, str, bool, int]
"""The fault, the way, whether it lasts, and the round."""


def _meetings():
    for name in FAULTS:
        for way in WAYS:
            for lasting in (True, False):
                yield from ((name, way, lasting, n) for n in range(ROUNDS))


@pytest.fixture(scope="module")
def meetings(emulator, item_of, tmp_path_factory):
    """All meetings of a fault and a submission, side by side: most of their time is waiting."""
    folder = tmp_path_factory.mktemp("faults")
    with (
        Proxy(emulator).serving() as proxy,
        runtime.running(folder, proxy.endpoint) as start_environment,
        ThreadPoolExecutor(24) as threads,
    ):
        meet = partial(_meet, proxy, item_of, start_environment)
        yield {each: threads.submit(meet, FAULTS[each[0]][0], WAYS[each[1]], lasting=each[2]) for each in _meetings()}
    assert_untold((folder / "log").read_text(), "The function's log")


def _meet(proxy, item_of, start_environment, fault, way, *, lasting):
    conversation = str(uuid4())

    def submit(environment, event_id, submission):
        identity = {"externalConversationId": conversation, "eventId": event_id}
        return checked_response(environment.invoke(event(identity | submission)))[0]

    *earlier, met = way
    with start_environment() as environment:
        for submission in earlier:
            assert submit(environment, "earlier", submission) == 200
        proxy.inject(conversation, *([] if lasting else [fault]), then=fault if lasting else work)
        start = time.monotonic()
        status = submit(environment, "met", met)
        seconds = time.monotonic() - start
        proxy.heal(conversation)
        retried = submit(environment, "met", met)
    return Outcome(status, seconds, retried, item_of(conversation), proxy.applications(conversation))


@pytest.fixture
def seconds_to_answer(template):
    """The time after which Lambda would cut the function off, and the caller would not get the contract's answer."""
    return template["Resources"]["IngestFunction"]["Properties"]["Timeout"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_lasts_is_answered_by_the_contract_and_a_retry_makes_it_right(
    meetings, seconds_to_answer, record_property, name, way
):
    outcomes = [meetings[name, way, True, n].result() for n in range(ROUNDS)]
    for outcome in outcomes:
        assert outcome.status == FAULTS[name][1]
        assert_right(outcome, WAYS[way], seconds_to_answer)
    record_property("meetings", len(outcomes))
    record_property("status", outcomes[0].status)
    record_property("seconds at most", f"{max(outcome.seconds for outcome in outcomes):.1f}")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_passes_is_not_noticed_where_a_second_attempt_can_help(meetings, seconds_to_answer, name, way):
    for n in range(ROUNDS):
        outcome = meetings[name, way, False, n].result()
        assert outcome.status == FAULTS[name][2]
        assert_right(outcome, WAYS[way], seconds_to_answer)


@pytest.mark.parametrize(
    "name", ["half an answer", "garbled answer", "slow answer", "login page", "no content", "RequestLimitExceeded"]
)
def test_a_reader_is_not_told_that_there_is_nothing_where_there_is(submit, proxy, name):
    conversation = str(uuid4())
    question = {"queryStringParameters": {"externalConversationId": conversation}}
    assert submit({"externalConversationId": conversation, "campaign": CANARY})[0] == 200
    fault, status, _ = FAULTS[name]
    proxy.inject(conversation, then=fault)
    assert read.handle(question, Context())["statusCode"] == status
    proxy.heal(conversation)
    assert json.loads(read.handle(question, Context())["body"])["campaign"] == CANARY


def assert_right(outcome, way, seconds_to_answer):
    """In time, and after the retry every submission was applied once and the record is whole."""
    assert outcome.status == 200 or outcome.status in MAY_BE_SENT_AGAIN
    assert outcome.seconds < seconds_to_answer
    assert outcome.retried == 200
    assert outcome.applications == [1] * len(way)
    assert outcome.item["campaign"] == CANARY
    attributes = [pair["name"] for each in way for pair in each.get("attributes", ())]
    assert sorted(attributes_of_item(outcome.item)) == sorted(attributes)
    assert len(outcome.item["submissions"]) == len(outcome.applications)
