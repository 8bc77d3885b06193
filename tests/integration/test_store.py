"""The effect of a submission on its conversation's item."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import create_model

from ingest import models, store
from ingest.models import Submission
from tests.conftest import ROOT

FULL = json.loads(json.loads((ROOT / "events/stored-full.json").read_text())["body"])
del FULL["attributes"]
FULL |= {"externalConversationId": "c", "eventId": "e-1"}


def submission(**fields):
    return {"externalConversationId": "c", "eventId": "e-1"} | fields


def accepted(answer):
    assert answer.status == 200, answer.body
    return answer.body["result"]


@pytest.fixture
def another_sender(read_event):
    """Changes an event so that another client has sent it."""
    return {"requestContext": read_event("stored-minimal")["requestContext"] | {"authorizer": {"principalId": "acme"}}}


def test_updated_at_is_now_and_created_at_does_not_change(submit, table):
    long_ago = {"S": "2020-01-01T00:00:00.000Z"}
    key = {"externalConversationId": {"S": "c"}}
    table.put(key | {"createdAt": long_ago, "updatedAt": long_ago, "submissions": {"SS": ["e-0#0"]}})
    accepted(submit(submission()))
    item = table.item("c")
    assert item["createdAt"] == "2020-01-01T00:00:00.000Z"
    assert abs(datetime.now(UTC) - datetime.fromisoformat(item["updatedAt"])) < timedelta(minutes=10)


def test_one_write_replaces_the_sent_fields_and_no_others(submit, table, sdk_calls, another_sender):
    accepted(submit(FULL | {"attributes": [{"a": 1, "b": {"x": 1, "y": 2}}]}))
    before = table.item("c")
    assert before["updatedBy"] == "default-client"
    sdk_calls.clear()
    changed = {"eventId": "e-2", "platform": "WEB", "companySegment": [], "lobId": "", "campaign": None}
    attributes = [{"name": "b", "value": {"x": 3}}, {"c": []}]
    accepted(submit(submission(**changed, attributes=attributes), **another_sender))
    assert [call.action for call in sdk_calls] == ["dynamodb:UpdateItem"]
    after = table.item("c")
    del changed["campaign"]
    changed |= {"attribute:b": {"x": 3}, "attribute:c": []}
    services = {name: after[name] for name in ("submissions", "updatedAt")}
    assert after == before | changed | services | {"updatedBy": "acme"}


def test_late_retry_changes_nothing_and_costs_one_write(submit, table, sdk_calls, log, another_sender):
    attributes = [{"name": "tier", "value": "gold"}, {"key": "months", "value": 25}, {"queue": {"waited": [1.5]}}]
    accepted(submit(FULL | {"attributes": attributes}))
    accepted(submit(submission(eventId="later", platform="APP", attributes=[{"tier": 2, "b": 3}])))
    stored = table.item("c")
    sdk_calls.clear()
    again = dict(reversed(FULL.items())) | {"attributes": attributes[::-1], "zone": 1}
    result = accepted(submit(again, **another_sender))
    assert [call.action for call in sdk_calls] == ["dynamodb:UpdateItem"]
    assert table.item("c") == stored
    assert result == {"eventId": "e-1", "error": "", "ignoredFields": ["zone"]}
    assert [line["message"] for line in log()] == ["Stored", "Stored", "Duplicate"]


def test_retention_sets_expires_at_and_its_end_removes_it(submit, table, monkeypatch):
    with monkeypatch.context() as retaining:
        retaining.setattr(store, "RETENTION", timedelta(days=30))
        accepted(submit(submission()))
    item = table.item("c")
    assert item["expiresAt"] == int((datetime.fromisoformat(item["updatedAt"]) + timedelta(days=30)).timestamp())
    accepted(submit(submission(eventId="e-2")))
    assert "expiresAt" not in table.item("c")


@pytest.mark.parametrize("retention", [0, 365])
def test_largest_submission_stays_within_dynamodbs_limits(submit, table, sdk_calls, monkeypatch, retention):
    monkeypatch.setattr(store, "RETENTION", timedelta(days=retention))
    attributes = [{f"{row}{column}{'n' * 200}": "x" * 16 for column in range(10)} for row in range(10)]
    accepted(submit(FULL | {"attributes": attributes}))
    assert sum(name.startswith("attribute:") for name in table.item("c")) == 100
    [sent] = [call.parameters for call in sdk_calls if call.action == "dynamodb:UpdateItem"]
    # It asks for the consumed capacity and for no values.
    assert sent["ReturnConsumedCapacity"] == "TOTAL"
    assert not sent.keys() & {"ReturnValues", "ReturnValuesOnConditionCheckFailure"}
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html, each assignment as an operator
    for expression in (sent["UpdateExpression"], sent["ConditionExpression"]):
        assert len(expression.encode()) <= 4096
        assert len(re.findall(r"[=+\-<>(]|\b(?:NOT|AND|OR)\b", expression)) <= 300


@pytest.mark.parametrize("name", ["language", "status", "region", "type", "name", "size"])
def test_a_new_field_can_have_any_name(submit, table, monkeypatch, name):
    wider = create_model("Submission", __base__=Submission, **{name: (str | None, None)})
    monkeypatch.setattr(models, "Submission", wider)
    accepted(submit(submission(**{name: "de"})))
    assert table.item("c")[name] == "de"
