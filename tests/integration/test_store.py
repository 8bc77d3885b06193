"""What a submission does to its conversation's item, seen by who reads the table."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from ingest import store

FULL = {
    "externalConversationId": "c",
    "eventId": "e-1",
    "lobId": "lob",
    "lobName": "Mobile 📱",
    "groupId": "group",
    "groupName": "Fidélisation",
    "agentRoutingCode": "code",
    "campaign": "autumn",
    "deviceType": "PHONE",
    "platform": "WAB",
    "companySegment": ["gold", "consumer", "gold"],
    "companySubdivision": "",
    "businessRule": "rule",
    "entryType": "chat",
    "operatingSystem": "IOS",
    "browserType": "Safari",
    "browserVersion": "18.1",
}
ATTRIBUTES = [
    {"name": "tier", "value": "gold"},
    {"key": "months", "value": 25},
    {"vip": True, "queue": {"skills": ["french", None], "waited": 37.5}},
]
ATTRIBUTES_MAP = {
    "tier": "gold",
    "months": Decimal(25),
    "vip": True,
    "queue": {"skills": ["french", None], "waited": Decimal("37.5")},
}


def submission(**fields):
    return {"externalConversationId": "c", "eventId": "e-1"} | fields


def accepted(answer):
    assert answer.status == 200, answer.body
    assert answer.body["result"]["error"] == ""
    return answer.body["result"]


def attributes_of(table):
    return {
        name.removeprefix("attribute:"): value
        for name, value in table.item("c").items()
        if name.startswith("attribute:")
    }


def test_every_field_is_stored_under_its_own_name(submit, table):
    accepted(submit(FULL | {"attributes": ATTRIBUTES}))
    item = table.item("c")
    assert {name: item[name] for name in FULL} == FULL
    assert attributes_of(table) == ATTRIBUTES_MAP
    service = {"submissions", "createdAt", "updatedAt", "updatedBy"}
    assert item.keys() - FULL.keys() == service | {f"attribute:{name}" for name in ATTRIBUTES_MAP}


def test_the_answer_says_no_more_than_it_has_to(submit, table):
    answer = submit(submission())
    assert answer.headers == {"Content-Type": "application/json", "Cache-Control": "no-store"}
    assert answer.body == {"result": {"eventId": "e-1", "error": ""}}
    assert table.item("c")["eventId"] == "e-1"


def test_a_submission_needs_nothing_but_its_conversation(submit, table):
    result = accepted(submit({"externalConversationId": "会話/2026 📱"}))
    item = table.item("会話/2026 📱")
    assert item["eventId"] == result["eventId"]
    assert UUID(item["eventId"]).version == 4
    assert item.keys() == {"externalConversationId", "eventId", "submissions", "createdAt", "updatedAt", "updatedBy"}


def test_times_are_iso_8601_in_utc_with_milliseconds(submit, table):
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    submit(submission())
    item = table.item("c")
    assert item["createdAt"] == item["updatedAt"]
    assert before <= datetime.strptime(item["createdAt"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    assert len(item["createdAt"]) == len("2026-11-22T14:45:11.196Z")


def test_the_record_shows_which_events_made_it(submit, table):
    submit(submission(eventId="e-1"))
    submit(submission(eventId="e#2"))
    tokens = table.item("c")["submissions"]
    assert isinstance(tokens, set)
    assert sorted(token.rpartition("#")[0] for token in tokens) == ["e#2", "e-1"]


def test_a_field_given_replaces_and_a_field_not_given_stays(submit, table):
    accepted(submit(FULL))
    accepted(submit(submission(eventId="e-2", platform="WEB", companySegment=["new"])))
    changed = {"eventId": "e-2", "platform": "WEB", "companySegment": ["new"]}
    item = table.item("c")
    assert {name: item[name] for name in FULL} == FULL | changed


@pytest.mark.parametrize("field", [*list(FULL)[2:], "attributes"])
def test_null_never_clears_what_is_stored(submit, table, field):
    submit(FULL | {"attributes": ATTRIBUTES})
    stored = table.item("c")
    accepted(submit(submission(eventId="e-2", **{field: None})))
    changed = {"eventId", "submissions", "updatedAt"}
    assert table.item("c").items() >= {name: stored[name] for name in stored.keys() - changed}.items()


@pytest.mark.parametrize("empty", [{"lobId": ""}, {"companySegment": []}])
def test_an_empty_value_is_a_value(submit, table, empty):
    submit(FULL)
    accepted(submit(submission(eventId="e-2", **empty)))
    assert table.item("c").items() >= empty.items()


def test_conversations_do_not_touch_each_other(submit, table):
    submit(FULL)
    before = table.item("c")
    accepted(submit(FULL | {"externalConversationId": "d", "platform": "WEB"}))
    assert table.item("c") == before
    assert table.item("d")["platform"] == "WEB"


def test_attributes_merge_by_name(submit, table):
    submit(submission(attributes=[{"a": 1, "b": {"x": 1, "y": 2}}]))
    accepted(submit(submission(eventId="e-2", attributes=[{"name": "b", "value": {"x": 3}}, {"c": []}])))
    accepted(submit(submission(eventId="e-3", attributes=[{"key": "a", "value": "new"}])))
    assert attributes_of(table) == {"a": "new", "b": {"x": 3}, "c": []}


def test_fields_beside_attributes_are_stored(submit, table):
    submit(submission(eventId="e-1", lobId="first", attributes=[{"a": 1}]))
    assert table.item("c")["lobId"] == "first"
    submit(submission(eventId="e-2", lobId="second", attributes=[{"a": 2}]))
    assert table.item("c").items() >= {"lobId": "second", "eventId": "e-2", "attribute:a": 2}.items()


def test_attributes_can_come_after_a_submission_without_any(submit, table):
    submit(submission(lobId="kept"))
    accepted(submit(submission(eventId="e-2", attributes=[{"a": 1}])))
    assert table.item("c").items() >= {"lobId": "kept", "attribute:a": 1}.items()


@pytest.mark.parametrize("nothing", [[], [{}], [{"name": "a", "value": None}], [{"a": None}]])
def test_attributes_that_say_nothing_store_nothing_and_clear_nothing(submit, table, nothing):
    accepted(submit(submission(attributes=nothing)))
    assert attributes_of(table) == {}
    submit(submission(eventId="e-2", attributes=[{"a": 1}]))
    accepted(submit(submission(eventId="e-3", attributes=nothing)))
    assert attributes_of(table) == {"a": 1}


@pytest.mark.parametrize(
    "name", ["size", "a.b", "a[0]", "#0", ":0", "name", "key", "value", "with space", "名前", "📱" * 256]
)
def test_an_attribute_may_have_any_name(submit, table, name):
    accepted(submit(submission(attributes=[{"name": name, "value": "first"}])))
    assert attributes_of(table) == {name: "first"}
    accepted(submit(submission(eventId="e-2", attributes=[{"name": name, "value": "second"}])))
    assert attributes_of(table) == {name: "second"}


@pytest.mark.parametrize(
    "digits",
    [
        "0.10000000000000000000001",
        "12345678901234567890123456789012345678",
        "-1.2345678901234567890123456789012345678",
        "9.9999999999999999999999999999999999999E+125",
        "1E-130",
        "42.90",
        "100",
        "-0",
    ],
)
def test_a_number_is_stored_with_every_digit(submit, table, digits):
    body = '{"externalConversationId": "c", "eventId": "%s", "attributes": [{"a": %s, "b": [%s]}]}'
    for event_id in ("e-1", "e-2"):
        accepted(submit(body % (event_id, digits, digits)))
        number = Decimal(digits)
        assert attributes_of(table) == {"a": number, "b": [number]}


def test_values_nested_as_deep_as_allowed_are_stored(submit, table):
    deep = json.loads("[" * 30 + "]" * 30)
    accepted(submit(submission(attributes=[{"a": deep}])))
    assert attributes_of(table) == {"a": deep}


@pytest.mark.parametrize(
    ("sent", "again"),
    [
        (FULL, FULL),
        (FULL, dict(reversed(FULL.items()))),
        (FULL, FULL | {"attributes": None}),
        (FULL, FULL | {"attributes": []}),
        (FULL, FULL | {"channel": "chat", "Zone": None}),
        (submission(lobId="l"), submission(lobId="l", lobName=None, platform=None)),
        (submission(attributes=ATTRIBUTES), submission(attributes=list(reversed(ATTRIBUTES)))),
        (submission(attributes=[{"a": 1, "b": 2}]), submission(attributes=[{"b": 2, "a": 1}])),
        (submission(attributes=[{"a": 1}]), submission(attributes=[{"name": "a", "value": 1}])),
        (submission(attributes=[{"a": 1}]), submission(attributes=[{"key": "a", "value": 1.0}])),
        (submission(attributes=[{"a": 1}]), submission(attributes=[{"a": 7}, {"a": 1}])),
        (submission(attributes=[{"a": 1}]), submission(attributes=[{"a": 1}, {"b": None}])),
        (submission(attributes=[{"a": {"x": 1, "y": 2}}]), submission(attributes=[{"a": {"y": 2, "x": 1.00}}])),
        (submission(attributes=[{"a": 0}]), submission(attributes=[{"a": -0.0}])),
    ],
)
def test_the_same_submission_again_changes_nothing(submit, table, log, sent, again):
    first = accepted(submit(sent))
    stored = table.item("c")
    repeated = accepted(submit(again))
    assert table.item("c") == stored
    assert repeated["eventId"] == first["eventId"]
    assert [line["message"] for line in log()] == ["Stored", "Duplicate"]


@pytest.mark.parametrize("attributes", [None, [{"a": 1}]])
def test_late_identical_retry_changes_nothing(submit, table, attributes):
    early = submission(eventId="early", platform="WEB", attributes=attributes)
    accepted(submit(early))
    accepted(submit(submission(eventId="later", platform="APP", attributes=[{"a": 2, "b": 3}])))
    accepted(submit(submission(eventId="last", lobId="l")))
    stored = table.item("c")
    assert accepted(submit(early)) == {"eventId": "early", "error": ""}
    assert table.item("c") == stored


def test_a_duplicate_tells_its_ignored_fields_too(submit, table):
    accepted(submit(submission()))
    assert accepted(submit(submission(zone=1, channel=2)))["ignoredFields"] == ["channel", "zone"]
    assert table.item("c").keys() & {"zone", "channel"} == set()


@pytest.mark.parametrize(
    ("sent", "other"),
    [
        ({"lobId": "a"}, {"lobId": "b"}),
        ({"lobId": "a"}, {"lobName": "a"}),
        ({"lobId": "a"}, {"lobId": "a", "lobName": "a"}),
        ({"companySegment": ["a", "b"]}, {"companySegment": ["b", "a"]}),
        ({"companySegment": ["a,b"]}, {"companySegment": ["a", "b"]}),
        ({"attributes": [{"a": 1}]}, {"attributes": [{"a": "1"}]}),
        ({"attributes": [{"a": 1}]}, {"attributes": [{"a": True}]}),
        ({"attributes": [{"a": ""}]}, {"attributes": [{"a": []}]}),
        ({"attributes": [{"a": []}]}, {"attributes": [{"a": {}}]}),
        ({"attributes": [{"a": [1, 2]}]}, {"attributes": [{"a": [2, 1]}]}),
        ({"attributes": [{"lobId": "a"}]}, {"lobId": "a"}),
    ],
)
def test_the_same_event_id_with_other_content_is_applied(submit, table, log, sent, other):
    accepted(submit(submission(**sent)))
    accepted(submit(submission(**other)))
    assert [line["message"] for line in log()] == ["Stored", "Stored"]
    assert len(table.item("c")["submissions"]) == 2


def test_the_same_content_under_another_event_id_is_applied(submit, table):
    accepted(submit(submission(eventId="e-1", lobId="l")))
    accepted(submit(submission(eventId="e-2", lobId="l")))
    assert table.item("c")["eventId"] == "e-2"
    assert len(table.item("c")["submissions"]) == 2


def test_a_submission_without_event_id_is_applied_each_time(submit, table):
    first = accepted(submit({"externalConversationId": "c", "lobId": "l"}))
    second = accepted(submit({"externalConversationId": "c", "lobId": "l"}))
    assert first["eventId"] != second["eventId"]
    assert len(table.item("c")["submissions"]) == 2


@pytest.mark.parametrize("attributes", [None, [{"a": 1}]])
def test_a_first_time_stays_and_a_last_time_moves(submit, table, attributes):
    long_ago = {"S": "2020-01-01T00:00:00.000Z"}
    key = {"externalConversationId": {"S": "c"}}
    table.put(key | {"createdAt": long_ago, "updatedAt": long_ago, "submissions": {"SS": ["e-0#0"]}})
    accepted(submit(submission(attributes=attributes)))
    item = table.item("c")
    assert item["createdAt"] == "2020-01-01T00:00:00.000Z"
    assert item["updatedAt"] > "2026"


def test_without_retention_nothing_expires(submit, table):
    accepted(submit(FULL | {"attributes": ATTRIBUTES}))
    assert "expiresAt" not in table.item("c")


@pytest.mark.parametrize("attributes", [None, [{"a": 1}]])
def test_with_retention_a_conversation_expires_so_many_days_after_its_last_submission(
    submit, table, monkeypatch, attributes
):
    accepted(submit(submission(attributes=attributes)))
    monkeypatch.setattr(store, "RETENTION", timedelta(days=30))
    accepted(submit(submission(eventId="e-2", attributes=attributes)))
    item = table.item("c")
    assert item["expiresAt"] == int((datetime.fromisoformat(item["updatedAt"]) + timedelta(days=30)).timestamp())


@pytest.mark.parametrize("attributes", [None, [{"a": 1}]])
def test_what_is_sent_after_retention_was_given_up_keeps_the_conversation(submit, table, monkeypatch, attributes):
    with monkeypatch.context() as retaining:
        retaining.setattr(store, "RETENTION", timedelta(days=30))
        accepted(submit(submission(attributes=attributes)))
    accepted(submit(submission(eventId="e-2", attributes=attributes)))
    assert "expiresAt" not in table.item("c")


@pytest.mark.parametrize("before", [None, [{"a": 0}]])
@pytest.mark.parametrize("attributes", [None, [{"a": 1}]])
@pytest.mark.usefixtures("table")
def test_a_submission_costs_one_write_whatever_the_item_holds(submit, sdk_calls, before, attributes):
    submit(submission(eventId="e-0", attributes=before))
    sdk_calls.clear()
    accepted(submit(submission(attributes=attributes)))
    assert [call.action for call in sdk_calls] == ["dynamodb:UpdateItem"]


def test_the_last_sender_stands_in_the_item(submit, table, read_event):
    context = read_event("stored-minimal")["requestContext"]
    submit(submission(eventId="e-1"))
    assert table.item("c")["updatedBy"] == "default-client"
    accepted(submit(submission(eventId="e-2"), requestContext=context | {"authorizer": {"principalId": "acme"}}))
    assert table.item("c")["updatedBy"] == "acme"


def test_a_duplicate_from_another_sender_changes_nothing(submit, table, read_event):
    context = read_event("stored-minimal")["requestContext"]
    submit(submission())
    stored = table.item("c")
    accepted(submit(submission(), requestContext=context | {"authorizer": {"principalId": "acme"}}))
    assert table.item("c") == stored


@pytest.mark.parametrize("attributes", [None, [{"a": 1}]])
def test_a_duplicate_costs_one_write(submit, table, sdk_calls, attributes):
    submit(submission(attributes=attributes))
    stored = table.item("c")
    sdk_calls.clear()
    accepted(submit(submission(attributes=attributes)))
    assert [call.action for call in sdk_calls] == ["dynamodb:UpdateItem"]
    assert table.item("c") == stored


def test_the_line_of_a_submission_says_who_sent_what_and_what_became_of_it(submit, table, log):
    submit(submission(attributes=ATTRIBUTES))
    [line] = log()
    assert line["message"] == "Stored"
    assert line["level"] == "INFO"
    assert line["requestId"] == "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"
    assert line["extendedRequestId"] == "A1b2C3d4oAMFxyz="
    assert line["client"] == "default-client"
    assert line["eventId"] == "e-1"
    assert line["writeUnits"] > 0
    assert line["externalConversationId"] == table.item("c")["externalConversationId"]
    assert line["Stored"] == [1]
    assert line["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [{"Name": "Stored", "Unit": "Count"}]


def test_no_value_and_no_header_reaches_the_log(submit, table, log):
    texts = [name for name in FULL if isinstance(FULL[name], str)]
    free = set(texts) - {"externalConversationId", "eventId", "deviceType", "platform", "operatingSystem"}
    sent = FULL | dict.fromkeys(free, "canary") | {"companySegment": ["canary"], "channel": "canary"}
    sent["attributes"] = [{"canary": "canary"}, {"name": "a", "value": ["canary", {"canary": "canary"}]}]
    headers = {"asapp-api-secret": "canary", "Cookie": "canary"}
    accepted(submit(sent, headers=headers, multiValueHeaders={name: [text] for name, text in headers.items()}))
    assert table.item("c")["campaign"] == "canary"
    assert "canary" not in json.dumps(log())
