"""Reading a conversation: the merged record in the API's format, strongly consistent."""

from types import SimpleNamespace

import pytest

from ingest import store

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture
def read(ask):
    """Reads a conversation."""
    return lambda conversation: ask("found", queryStringParameters={"externalConversationId": conversation})


def test_record_merges_all_submissions_and_lists_their_events(submit, read, sdk_calls):
    submit({"externalConversationId": "c", "eventId": "e2", "lobId": "1", "attributes": [{"b": 1}]})
    submit({"externalConversationId": "c", "eventId": "e1#2", "campaign": "spring", "attributes": [{"b": 2, "a": "x"}]})
    submit({"externalConversationId": "c", "eventId": "e2", "campaign": "summer"})
    record = read("c").body
    # A strongly consistent read includes every submission that got a 200.
    assert (sdk_calls[-1].action, sdk_calls[-1].parameters["ConsistentRead"]) == ("dynamodb:GetItem", True)
    assert (record["lobId"], record["campaign"], record["eventId"]) == ("1", "summer", "e2")
    assert record["attributes"] == [{"name": "a", "value": "x"}, {"name": "b", "value": 2}]
    assert record["events"] == ["e1#2", "e2"]


@pytest.mark.parametrize("name", ["size", "a.b", "a[0]", "#0", ":0", "name", 'n"\\', "with space", "名前", "📱" * 256])
def test_attribute_can_have_any_name(submit, read, name):
    for event_id in ("e-1", "e-2"):
        submit({"externalConversationId": "c", "eventId": event_id, "attributes": [{"name": name, "value": event_id}]})
        assert read("c").body["attributes"] == [{"name": name, "value": event_id}]


def test_unknown_conversation_is_not_found(read, log):
    assert read("nobody").body["error"]["code"] == "404-01"
    [line] = log()
    assert (line["message"], line["level"], line["externalConversationId"]) == ("NotFound", "INFO", "nobody")


@pytest.mark.parametrize(
    ("parameters", "rule"),
    [(None, "is required"), ({"externalConversationId": "x" * 257}, "must have at most 256 characters")],
)
def test_invalid_id_is_refused(read, ask, log, parameters, rule):
    read("nobody")
    status, body = ask("found", queryStringParameters=parameters)
    assert status == 400
    assert body["result"]["error"] == f"FAIL_BAD_PARAMS: ERROR: externalConversationId: {rule}"
    line = log()[1]
    # The logger keeps nothing of the request before.
    assert (line["message"], line.get("externalConversationId")) == ("Refused", None)


def test_expired_conversation_is_not_found_before_dynamodb_deletes_it(read, table, monkeypatch):
    names = ("externalConversationId", "eventId", "createdAt", "updatedAt", "updatedBy")
    item = {name: {"S": "c"} for name in names} | {"submissions": {"SS": ["e#d"]}}
    monkeypatch.setattr(store, "time", SimpleNamespace(time=lambda: 1_800_000_000.5))
    for expires, status in {"1800000000": 404, "1799999999": 404, "1800000001": 200}.items():
        table.put(item | {"expiresAt": {"N": expires}})
        assert read("c").status == status
