"""What a request leaves in the memory of an environment that will serve thousands more: nothing."""

import gc
import json

import pytest

from ingest.errors import ServiceError
from ingest.result import Result
from ingest.submission import Received

REFUSED = [
    "{}",
    '{"externalConversationId": 1, "platform": "FAX"}',
    '{"externalConversationId": "c", "companySegment": [1]}',
    '{"externalConversationId": "c", "attributes": [1, {"name": 2, "value": 3}]}',
    "{",
    " " * 300_000,
]
BATCH = json.dumps({"items": [*map(json.loads, REFUSED[:4]), 1]})


@pytest.fixture
def uncollected():
    """Nobody looks for garbage while the test runs."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def parts_of_requests():
    kinds = Received | Result | ServiceError
    return {id(each) for each in gc.get_objects() if isinstance(each, kinds)}


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize(("route", "body"), [*(("stored-minimal", body) for body in REFUSED), ("many-stored", BATCH)])
def test_what_was_refused_is_forgotten_at_once(ask, route, body):
    earlier = parts_of_requests()
    assert ask(route, body=body).status in {400, 413}
    assert parts_of_requests() <= earlier
