"""Reading a conversation back: the merged record in the API's own shapes, as of now."""

import json
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID

import pytest

from ingest import store
from ingest.errors import UnavailableError

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture
def read(ask):
    """Asks for a conversation."""
    return lambda conversation: ask("found", queryStringParameters={"externalConversationId": conversation})


def test_a_full_submission_comes_back_as_it_was_given(ask, read_event, read):
    ask("stored-full")
    sent = json.loads(read_event("stored-full")["body"])
    status, record = read(sent["externalConversationId"])
    assert status == 200
    pairs = {}
    for given in sent.pop("attributes"):
        pairs |= {given.get("name", given.get("key")): given["value"]} if "value" in given else given
    assert {pair["name"]: pair["value"] for pair in record.pop("attributes")} == pairs
    assert record.pop("events") == [sent["eventId"]]
    assert record.pop("createdAt") == record.pop("updatedAt")
    assert record.pop("updatedBy") == "default-client"
    assert record == sent


def test_the_record_is_the_merge_of_all_submissions_and_names_their_events(submit, read):
    submit({"externalConversationId": "c", "eventId": "e2", "lobId": "1", "attributes": [{"b": 1, "a": "x"}]})
    submit({"externalConversationId": "c", "eventId": "e1#2", "campaign": "spring", "attributes": [{"b": 2}]})
    submit({"externalConversationId": "c", "eventId": "e2", "campaign": "summer"})
    record = read("c").body
    assert (record["lobId"], record["campaign"], record["eventId"]) == ("1", "summer", "e2")
    assert record["attributes"] == [{"name": "a", "value": "x"}, {"name": "b", "value": 2}]
    assert record["events"] == ["e1#2", "e2"]


@pytest.mark.parametrize(
    "number",
    ["0.1234567890123456789012345678901234567", "-99999999999999999999999999999999999999", "9.99E+125", "1E-130", "-0"],
)
def test_numbers_come_back_digit_for_digit_from_any_depth(submit, invoke, read_event, number):
    conversation = read_event("found")["queryStringParameters"]["externalConversationId"]
    value = f"{'[' * 30}{number}{']' * 30}"
    submit(f'{{"externalConversationId": "{conversation}", "attributes": [{{"name": "n", "value": {value}}}]}}')
    record = json.loads(invoke(read_event("found"))["body"], parse_float=Decimal)
    assert record["attributes"] == [{"name": "n", "value": json.loads(value, parse_float=Decimal)}]


@pytest.mark.parametrize(
    "value", ['say "hi"\n', "\u0000\u2028", "日本語 👋🏽", "", True, False, [], {}, [None, {"k": None}]]
)
def test_any_value_comes_back_as_it_was(submit, read, value):
    submit({"externalConversationId": "c", "attributes": [{"name": "n", "value": value}]})
    assert read("c").body["attributes"] == [{"name": "n", "value": value}]


@pytest.mark.parametrize("name", ["size", "a.b", "a[0]", "#0", ":0", "name", 'n"\\', "with space", "名前", "📱" * 256])
def test_an_attribute_may_have_any_name(submit, read, name):
    for event_id in ("e-1", "e-2"):
        submit({"externalConversationId": "c", "eventId": event_id, "attributes": [{"name": name, "value": event_id}]})
        assert read("c").body["attributes"] == [{"name": name, "value": event_id}]


@pytest.mark.parametrize("conversation", ["会話-١٢٣", "a/b?c=d&e", "👩‍👩‍👧", " padded "])
def test_an_id_in_any_script_works(submit, read, conversation):
    submit({"externalConversationId": conversation})
    status, record = read(conversation)
    assert (status, record["externalConversationId"]) == (200, conversation)


def test_an_unknown_conversation_is_not_found(read, log):
    assert read("nobody").body["error"]["code"] == "404-01"
    assert [(line["message"], line["externalConversationId"]) for line in log()] == [("NotFound", "nobody")]


@pytest.mark.parametrize("parameters", [None, {}, {"externalConversationId": "\u3000 "}])
def test_an_unusable_id_is_refused(ask, parameters):
    status, body = ask("found", queryStringParameters=parameters)
    assert status == 400
    assert UUID(body["result"]["eventId"])
    assert body["result"]["error"].startswith("FAIL_BAD_PARAMS: ERROR: externalConversationId: ")


def test_a_conversation_whose_time_has_passed_is_not_found_though_dynamodb_still_has_it(
    submit, read, table, monkeypatch
):
    submit({"externalConversationId": "c"})
    item = {name: {"S": table.item("c")[name]} for name in table.item("c") if name != "submissions"}
    monkeypatch.setattr(store, "time", SimpleNamespace(time=lambda: 1_800_000_000.5))
    for expires, status in {"1800000000": 404, "1799999999": 404, "1800000001": 200}.items():
        table.put(item | {"submissions": {"SS": ["e#d"]}, "expiresAt": {"N": expires}})
        assert read("c").status == status


def test_it_reads_what_the_last_200_promised(submit, read, sdk_calls):
    submit({"externalConversationId": "c"})
    read("c")
    call = sdk_calls[-1]
    assert call.action == "dynamodb:GetItem"
    assert call.parameters["ConsistentRead"] is True


def test_a_store_out_of_reach_is_answered_503(monkeypatch, read, log):
    def fail(_):
        raise UnavailableError

    monkeypatch.setattr(store, "get", fail)
    assert read("c").body["error"]["code"] == "503-01"
    assert [(line["message"], line["externalConversationId"]) for line in log()] == [("Unavailable", "c")]
