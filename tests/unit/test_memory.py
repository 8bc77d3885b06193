"""What a request leaves in the memory of an environment that will serve thousands more: nothing."""

import gc
import json

import pytest

from ingest.errors import ProblemsError, ServiceError
from ingest.submission import Received, Result

REFUSED = {
    "a missing field": "{}",
    "wrong types": '{"externalConversationId": 1, "platform": "FAX"}',
    "wrong segments": '{"externalConversationId": "c", "companySegment": [1]}',
    "wrong attributes": '{"externalConversationId": "c", "attributes": [1, {"name": 2, "value": 3}]}',
    "no JSON": "{",
    "too large": " " * 300_000,
}


def parts_of_requests():
    return [each for each in gc.get_objects() if isinstance(each, Received | Result | ServiceError | ProblemsError)]


@pytest.fixture
def kept():
    """Gives what is left of the requests since the test began, in which nobody has looked for garbage."""
    gc.collect()
    gc.disable()
    earlier = parts_of_requests()
    yield lambda: [each for each in parts_of_requests() if not any(each is one for one in earlier)]
    gc.enable()


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_a_refused_submission_is_forgotten_at_once(submit, kept, body):
    assert submit(body).status in {400, 413}
    assert kept() == []


def test_a_refused_batch_is_forgotten_at_once(invoke, read_event, kept):
    items = [json.loads(body) for body in REFUSED.values() if body.endswith("}")]
    response = invoke(read_event("many-stored") | {"body": json.dumps({"items": [*items, 1]})})
    assert json.loads(response["body"])["errorCount"] == len(items) + 1
    assert kept() == []
