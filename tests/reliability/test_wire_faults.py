"""Faults between the function and DynamoDB: each gets its status in time, and a retry is applied."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import repeat
from uuid import uuid4

import pytest
from oracle import Context, checked_response, event

from ingest import read
from tests.conftest import FUNCTIONS
from tools.contract import CANARY

from . import faults, runtime
from .proxy import Fault
from .size import size

ROUNDS = size(1, 15)

# Each fault with the status if every attempt meets it, and if only the first attempt does.
# tests/integration/test_failures.py has more of what can stand in a response.
FAULTS: dict[str, tuple[Fault, int, int]] = {
    "internal server error": (faults.refusing("InternalServerError", 500), 503, 200),
    # Longer than the wait that the SDK accepts.
    "retry after a long time": (faults.refusing("InternalServerError", 500, {"x-amz-retry-after": "60000"}), 503, 200),
    "throttled": (faults.refusing("ThrottlingException"), 429, 200),
    "access denied": (faults.refusing("AccessDeniedException"), 500, 500),
    "hang before the write": (faults.hanging, 503, 200),
    "hang after the write": (faults.after_the_write(faults.hanging), 503, 200),
    "reset before the write": (faults.resetting, 503, 200),
    "reset after the write": (faults.after_the_write(faults.resetting), 503, 200),
    "half an answer": (faults.half_an_answer, 503, 200),
    "half a head": (faults.half_a_head, 503, 200),
    "garbled answer": (faults.garbled, 503, 200),
    "slow answer": (faults.slow, 200, 200),
    # The SDK accepts any 200 and does not retry.
    "login page": (faults.login_page, 503, 503),
}


@pytest.fixture(scope="module")
def meetings(proxy, item_of, tmp_path_factory):
    """Several meetings with each fault, concurrently, because most of their time is waiting."""
    with (
        runtime.running(tmp_path_factory.mktemp("faults"), proxy.endpoint) as start_environment,
        ThreadPoolExecutor(24) as threads,
    ):

        def meet(fault):
            with closing(start_environment()) as environment:
                return _meet(proxy, item_of, environment, fault)

        yield {name: [threads.submit(meet, FAULTS[name][0]) for _ in range(ROUNDS)] for name in FAULTS}


def _meet(proxy, item_of, environment, fault):
    """Send a submission whose every attempt meets a fault, and one whose first attempt does; then retry both.

    Return the statuses of the two, and the seconds of the slower one.
    """
    conversation = str(uuid4())

    def submit(event_id):
        submission = {"externalConversationId": conversation, "eventId": event_id, "campaign": f"{CANARY} {event_id}"}
        start = time.monotonic()
        status, _ = checked_response(environment.invoke(event(submission)))
        return status, time.monotonic() - start

    answers = []
    for event_id, faults_met in {"lasting": repeat(fault), "passing": [fault]}.items():
        proxy.inject(conversation, faults_met)
        answers.append(submit(event_id))
        proxy.inject(conversation, ())
        assert submit(event_id)[0] == 200
        item = item_of(conversation)
        assert (item["eventId"], item["campaign"]) == (event_id, f"{CANARY} {event_id}")
    assert len(item["submissions"]) == 2
    statuses, seconds = zip(*answers, strict=True)
    return statuses, max(seconds)


@pytest.mark.parametrize("name", FAULTS)
def test_fault_gets_its_status_and_a_retry_is_applied(meetings, record_property, name):
    statuses, seconds = zip(*(meeting.result() for meeting in meetings[name]), strict=True)
    assert set(statuses) == {FAULTS[name][1:]}
    assert max(seconds) < FUNCTIONS["IngestFunction"]["Timeout"]
    record_property("meetings", ROUNDS)
    record_property("seconds at most", f"{max(seconds):.1f}")


@pytest.mark.parametrize("name", ["half an answer", "garbled answer", "login page", "throttled"])
def test_reader_never_gets_404_for_a_stored_conversation(submit, proxy, name):
    conversation = str(uuid4())
    question = {"queryStringParameters": {"externalConversationId": conversation}}
    assert submit({"externalConversationId": conversation, "campaign": CANARY})[0] == 200
    fault, status, _ = FAULTS[name]
    proxy.inject(conversation, repeat(fault))
    assert read.handle(question, Context())["statusCode"] == status
    proxy.inject(conversation, ())
    assert json.loads(read.handle(question, Context())["body"])["campaign"] == CANARY
