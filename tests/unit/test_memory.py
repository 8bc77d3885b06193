"""What a request leaves in the memory of an environment that will serve thousands more: nothing."""

import gc
import json

import pytest

from ingest.errors import ProblemsError, ServiceError
from ingest.submission import Received, Result

REFUSED = [
    "{}",
    '{"externalConversationId": 1, "platform": "FAX"}',
    '{"externalConversationId": "c", "companySegment": [1]}',
    '{"externalConversationId": "c", "attributes": [1, {"name": 2, "value": 3}]}',
    "{",
    " " * 300_000,
]


@pytest.fixture
def kept():
    """Gives what is left of the requests since the test began, in which nobody has looked for garbage."""

    def parts_of_requests():
        kinds = Received | Result | ServiceError | ProblemsError
        return [each for each in gc.get_objects() if isinstance(each, kinds)]

    gc.collect()
    gc.disable()
    earlier = parts_of_requests()
    yield lambda: [each for each in parts_of_requests() if not any(each is one for one in earlier)]
    gc.enable()


@pytest.mark.parametrize("body", REFUSED)
def test_a_refused_submission_is_forgotten_at_once(submit, kept, body):
    assert submit(body).status in {400, 413}
    assert kept() == []


def test_a_refused_batch_is_forgotten_at_once(ask, kept):
    items = [*(json.loads(body) for body in REFUSED if body.endswith("}")), 1]
    assert ask("many-stored", body=json.dumps({"items": items})).body["errorCount"] == len(items)
    assert kept() == []
