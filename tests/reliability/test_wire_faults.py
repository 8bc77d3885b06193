"""Whatever goes wrong between the function and DynamoDB: the contract's answer, in time, and a retry makes it right."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import product
from uuid import uuid4

import pytest
from oracle import CANARY, Context, assert_untold, checked_response, event

from ingest import read, store

from . import faults, runtime
from .conftest import dynamodb_client
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


@pytest.fixture(scope="module")
def meetings(emulator, item_of, tmp_path_factory):
    """All meetings, by fault, way, whether it lasts, and round; side by side, because most of their time is waiting."""
    folder = tmp_path_factory.mktemp("faults")
    with (
        Proxy(emulator).serving() as proxy,
        runtime.running(folder, proxy.endpoint) as start_environment,
        ThreadPoolExecutor(24) as threads,
    ):
        meet = partial(_meet, proxy, item_of, start_environment)
        yield {each: threads.submit(meet, *each[:3]) for each in product(FAULTS, WAYS, (True, False), range(ROUNDS))}
    assert_untold((folder / "log").read_text(), "The function's log")


def _meet(proxy, item_of, start_environment, name, way, lasting):
    """Send a submission that meets a fault, and its retry, which makes everything right.

    Return the status that the fault was answered with, and after how many seconds.
    """
    conversation, fault = str(uuid4()), FAULTS[name][0]
    *earlier, met = WAYS[way]

    def submit(environment, event_id, submission):
        identity = {"externalConversationId": conversation, "eventId": event_id}
        return checked_response(environment.invoke(event(identity | submission)))[0]

    with closing(start_environment()) as environment:
        for submission in earlier:
            assert submit(environment, "earlier", submission) == 200
        proxy.inject(conversation, *([] if lasting else [fault]), then=fault if lasting else work)
        start = time.monotonic()
        status = submit(environment, "met", met)
        seconds = time.monotonic() - start
        proxy.heal(conversation)
        assert submit(environment, "met", met) == 200
    assert proxy.applications(conversation) == [1] * len(WAYS[way])
    item = item_of(conversation)
    assert item["campaign"] == CANARY
    assert len(item["submissions"]) == len(WAYS[way])
    attributes = [pair["name"] for each in WAYS[way] for pair in each.get("attributes", ())]
    assert sorted(attributes_of_item(item)) == sorted(attributes)
    return status, seconds


@pytest.fixture
def answers(meetings, template):
    """Gives the status of a fault's meetings and the most seconds that one took, less than Lambda allows."""

    def get(name, way, *, lasting):
        statuses, seconds = zip(*(meetings[name, way, lasting, n].result() for n in range(ROUNDS)), strict=True)
        assert max(seconds) < template["Resources"]["IngestFunction"]["Properties"]["Timeout"]
        [status] = set(statuses)
        return status, max(seconds)

    return get


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_lasts_is_answered_by_the_contract_and_a_retry_makes_it_right(answers, record_property, name, way):
    status, seconds = answers(name, way, lasting=True)
    assert status == FAULTS[name][1]
    record_property("meetings", ROUNDS)
    record_property("status", status)
    record_property("seconds at most", f"{seconds:.1f}")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_passes_is_not_noticed_where_a_second_attempt_can_help(answers, name, way):
    assert answers(name, way, lasting=False)[0] == FAULTS[name][2]


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


def test_a_dynamodb_that_nobody_can_reach_is_unavailable(submit, monkeypatch):
    # The port is taken, and nobody listens on it.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setattr(store, "_dynamodb", dynamodb_client(f"http://127.0.0.1:{taken.getsockname()[1]}"))
        assert submit({"externalConversationId": str(uuid4()), "campaign": CANARY})[0] == 503
