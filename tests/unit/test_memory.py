"""A refused request leaves no reference cycle, which would keep its body until the next garbage collection."""

import gc
import json

import pytest

from ingest.errors import ServiceError

REFUSED = [
    '{"externalConversationId": 1, "platform": "FAX", "companySegment": [1], "attributes": [1, {"name": 2}]}',
    "{",
    " " * 300_000,
]
BATCH = json.dumps({"items": [json.loads(REFUSED[0]), 1]})


def errors():
    return {id(each) for each in gc.get_objects() if isinstance(each, ServiceError)}


@pytest.mark.parametrize(("route", "body"), [*(("stored-minimal", body) for body in REFUSED), ("many-stored", BATCH)])
def test_errors_are_freed_without_garbage_collection(ask, route, body):
    gc.collect()
    gc.disable()
    try:
        earlier = errors()
        assert ask(route, body=body).status in {400, 413}
        assert errors() <= earlier
    finally:
        gc.enable()
