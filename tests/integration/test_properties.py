"""What holds whatever is sent, and in whatever order."""

import json
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.models import Submission

# Each example takes a conversation of its own, so that the table may be the same for all.
pytestmark = pytest.mark.usefixtures("table")
in_one_table = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
ANY_FIELD = st.sampled_from([*Submission.model_fields, "channel"])

VALUES = st.sampled_from([1, "1", True, [1], {"x": None}])
SUBMISSIONS = st.fixed_dictionaries(
    {"eventId": st.sampled_from(["e-1", "e-2"])},
    optional={
        "lobId": st.sampled_from(["a", "b"]),
        "platform": st.sampled_from(["WEB", "APP"]),
        "companySegment": st.lists(st.sampled_from(["x", "y"]), max_size=2),
        "attributes": st.dictionaries(st.sampled_from(["p", "q", "r"]), VALUES, max_size=3).map(lambda pairs: [pairs]),
    },
)


@in_one_table
@given(st.dictionaries(ANY_FIELD, ANY_JSON, max_size=5))
def test_any_json_object_is_stored_or_refused(submit, submission):
    assert submit(submission).status in {200, 400}


@in_one_table
@given(st.lists(SUBMISSIONS, min_size=1, max_size=6))
def test_a_conversation_is_the_merge_of_what_was_sent_each_submission_counted_once(submit, table, submissions):
    conversation = str(uuid4())
    merged, attributes, applied = {}, {}, []
    for submission in submissions:
        assert submit(submission | {"externalConversationId": conversation}).status == 200
        content = json.dumps(submission | {"attributes": submission.get("attributes") or [{}]}, sort_keys=True)
        if content not in applied:
            applied.append(content)
            merged |= submission
            attributes |= submission.get("attributes", [{}])[0]
    item = table.item(conversation)
    assert len(item["submissions"]) == len(applied)
    assert {name: item[f"attribute:{name}"] for name in attributes} == attributes
    assert sum(name.startswith("attribute:") for name in item) == len(attributes)
    assert {name: item[name] for name in merged if name != "attributes"} == {
        name: value for name, value in merged.items() if name != "attributes"
    }
