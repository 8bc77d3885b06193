"""What a submission does to its conversation's item, seen by who reads the table."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from oracle import CANARY, assert_untold

from ingest import store
from tests.conftest import ROOT

FULL = json.loads(json.loads((ROOT / "events/stored-full.json").read_text())["body"])
del FULL["attributes"]
FULL |= {"externalConversationId": "c", "eventId": "e-1"}
ATTRIBUTES = [
    {"name": "tier", "value": "gold"},
    {"key": "months", "value": 25},
    {"vip": True, "queue": {"waited": [1.5]}},
]
ATTRIBUTES_MAP = {"tier": "gold", "months": 25, "vip": True, "queue": {"waited": [Decimal("1.5")]}}


def submission(**fields):
    return {"externalConversationId": "c", "eventId": "e-1"} | fields


def accepted(answer):
    assert answer.status == 200, answer.body
    return answer.body["result"]


def attributes_of(table):
    prefix = "attribute:"
    return {name.removeprefix(prefix): value for name, value in table.item("c").items() if name.startswith(prefix)}


@pytest.fixture
def another_sender(read_event):
    """The changes to an event with which another client has sent it."""
    return {"requestContext": read_event("stored-minimal")["requestContext"] | {"authorizer": {"principalId": "acme"}}}


def test_every_field_is_stored_under_its_own_name(submit, table):
    assert accepted(submit(FULL | {"attributes": ATTRIBUTES})) == {"eventId": "e-1", "error": ""}
    item = table.item("c")
    assert {name: item[name] for name in FULL} == FULL
    assert attributes_of(table) == ATTRIBUTES_MAP
    service = {"submissions", "createdAt", "updatedAt", "updatedBy"}
    assert item.keys() - FULL.keys() == service | {f"attribute:{name}" for name in ATTRIBUTES_MAP}


def test_a_submission_needs_nothing_but_its_conversation(submit, table):
    result = accepted(submit({"externalConversationId": "会話/2026 📱"}))
    item = table.item("会話/2026 📱")
    assert item["eventId"] == result["eventId"]
    assert item.keys() == {"externalConversationId", "eventId", "submissions", "createdAt", "updatedAt", "updatedBy"}


def test_times_are_iso_8601_in_utc_with_milliseconds_and_the_first_stays(submit, table):
    submit(submission())
    created = table.item("c")["createdAt"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", created)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(created)) < timedelta(minutes=10)
    assert table.item("c")["updatedAt"] == created
    long_ago = {"S": "2020-01-01T00:00:00.000Z"}
    key = {"externalConversationId": {"S": "c"}}
    table.put(key | {"createdAt": long_ago, "updatedAt": long_ago, "submissions": {"SS": ["e-0#0"]}})
    accepted(submit(submission()))
    assert table.item("c")["createdAt"] == "2020-01-01T00:00:00.000Z"
    assert table.item("c")["updatedAt"] >= created


@pytest.mark.parametrize("attributes", [{}, {"attributes": [{"b": 1}]}])
def test_a_field_given_replaces_and_a_field_not_given_stays(submit, table, attributes):
    accepted(submit(FULL | {"attributes": [{"a": 1}]}))
    changed = {"eventId": "e-2", "platform": "WEB", "companySegment": [], "lobId": ""}
    accepted(submit(submission(**changed, **attributes)))
    item = table.item("c")
    assert {name: item[name] for name in FULL} == FULL | changed
    assert attributes_of(table) == {"a": 1} | ({"b": 1} if attributes else {})


@pytest.mark.parametrize("field", [*list(FULL)[2:], "attributes"])
def test_null_never_clears_what_is_stored(submit, table, field):
    submit(FULL | {"attributes": ATTRIBUTES})
    stored = table.item("c")
    accepted(submit(submission(eventId="e-2", **{field: None})))
    changed = {"eventId", "submissions", "updatedAt"}
    assert table.item("c").items() >= {name: stored[name] for name in stored.keys() - changed}.items()


def test_attributes_merge_by_name(submit, table):
    submit(submission(attributes=[{"a": 1, "b": {"x": 1, "y": 2}}]))
    accepted(submit(submission(eventId="e-2", attributes=[{"name": "b", "value": {"x": 3}}, {"c": []}])))
    accepted(submit(submission(eventId="e-3", attributes=[{"key": "a", "value": "new"}])))
    assert attributes_of(table) == {"a": "new", "b": {"x": 3}, "c": []}


@pytest.mark.parametrize("attributes", [None, ATTRIBUTES])
def test_the_same_submission_again_changes_nothing_and_costs_one_write(
    submit, table, sdk_calls, log, another_sender, attributes
):
    accepted(submit(FULL | {"attributes": attributes}))
    stored = table.item("c")
    sdk_calls.clear()
    again = dict(reversed(FULL.items())) | {"attributes": attributes and list(reversed(attributes)), "zone": 1}
    result = accepted(submit(again, **another_sender))
    assert [call.action for call in sdk_calls] == ["dynamodb:UpdateItem"]
    assert table.item("c") == stored
    assert result == {"eventId": "e-1", "error": "", "ignoredFields": ["zone"]}
    assert [line["message"] for line in log()] == ["Stored", "Duplicate"]


def test_late_identical_retry_changes_nothing(submit, table):
    early = submission(eventId="early", platform="WEB", attributes=[{"a": 1}])
    accepted(submit(early))
    accepted(submit(submission(eventId="later", platform="APP", attributes=[{"a": 2, "b": 3}])))
    stored = table.item("c")
    assert accepted(submit(early)) == {"eventId": "early", "error": ""}
    assert table.item("c") == stored


@pytest.mark.parametrize(
    ("sent", "other"),
    [
        (submission(lobId="a"), submission(lobId="b")),
        (submission(attributes=[{"a": 1}]), submission(attributes=[{"a": "1"}])),
        (submission(lobId="a"), submission(lobId="a", eventId="e-2")),
        ({"externalConversationId": "c"}, {"externalConversationId": "c"}),
    ],
)
def test_another_submission_is_applied(submit, table, log, sent, other):
    accepted(submit(sent))
    result = accepted(submit(other))
    assert [line["message"] for line in log()] == ["Stored", "Stored"]
    assert len(table.item("c")["submissions"]) == 2
    assert table.item("c")["eventId"] == result["eventId"]


def test_a_conversation_expires_so_many_days_after_its_last_submission_while_retention_asks_for_it(
    submit, table, monkeypatch
):
    accepted(submit(FULL | {"attributes": ATTRIBUTES}))
    assert "expiresAt" not in table.item("c")
    with monkeypatch.context() as retaining:
        retaining.setattr(store, "RETENTION", timedelta(days=30))
        accepted(submit(submission(eventId="e-2")))
    item = table.item("c")
    assert item["expiresAt"] == int((datetime.fromisoformat(item["updatedAt"]) + timedelta(days=30)).timestamp())
    accepted(submit(submission(eventId="e-3")))
    assert "expiresAt" not in table.item("c")


@pytest.mark.usefixtures("table")
def test_a_submission_costs_one_write_whatever_the_item_holds(submit, sdk_calls):
    for number, attributes in enumerate([None, [{"a": 0}], None, [{"b": 1}]]):
        sdk_calls.clear()
        accepted(submit(submission(eventId=f"e-{number}", attributes=attributes)))
        assert [call.action for call in sdk_calls] == ["dynamodb:UpdateItem"]


def test_the_last_sender_stands_in_the_item(submit, table, another_sender):
    submit(submission(eventId="e-1"))
    assert table.item("c")["updatedBy"] == "default-client"
    accepted(submit(submission(eventId="e-2"), **another_sender))
    assert table.item("c")["updatedBy"] == "acme"


@pytest.mark.usefixtures("table")
def test_the_line_of_a_submission_says_who_sent_what_and_what_became_of_it(submit, log):
    submit(submission(attributes=ATTRIBUTES))
    [line] = log()
    assert line["writeUnits"] > 0
    assert line["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [{"Name": "Stored", "Unit": "Count"}]
    assert (
        line.items()
        >= {
            "message": "Stored",
            "level": "INFO",
            "requestId": "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52",
            "extendedRequestId": "A1b2C3d4oAMFxyz=",
            "client": "default-client",
            "eventId": "e-1",
            "externalConversationId": "c",
            "Stored": [1],
        }.items()
    )


def test_no_value_and_no_header_reaches_the_log(submit, table, log):
    free = {name for name, value in FULL.items() if isinstance(value, str)}
    free -= {"externalConversationId", "eventId", "deviceType", "platform", "operatingSystem"}
    sent = FULL | dict.fromkeys(free, CANARY) | {"companySegment": [CANARY], "channel": CANARY}
    sent["attributes"] = [{CANARY: CANARY}, {"name": "a", "value": [CANARY, {CANARY: CANARY}]}]
    headers = {"asapp-api-secret": CANARY, "Cookie": CANARY}
    accepted(submit(sent, headers=headers, multiValueHeaders={name: [text] for name, text in headers.items()}))
    assert table.item("c")["campaign"] == CANARY
    assert_untold(repr(log()), "The log")
