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
def read(invoke, read_event):
    """Asks for a conversation. Returns the status and the body, its numbers exact."""

    def get(conversation):
        query = None if conversation is None else {"externalConversationId": conversation}
        response = invoke(read_event("found") | {"queryStringParameters": query})
        return response["statusCode"], json.loads(response["body"], parse_float=Decimal)

    return get


def test_a_full_submission_comes_back_as_it_was_given(invoke, read_event, read):
    event = read_event("stored-full")
    invoke(event)
    sent = json.loads(event["body"], parse_float=Decimal)
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
    _, record = read("c")

    assert (record["lobId"], record["campaign"], record["eventId"]) == ("1", "summer", "e2")
    assert record["attributes"] == [{"name": "a", "value": "x"}, {"name": "b", "value": 2}]
    assert record["events"] == ["e1#2", "e2"]


@pytest.mark.parametrize(
    "number",
    ["0.1234567890123456789012345678901234567", "99999999999999999999999999999999999999", "1.5E+100", "-7", "0"],
)
def test_numbers_come_back_digit_for_digit(submit, read, number):
    submit(f'{{"externalConversationId": "c", "attributes": [{{"name": "n", "value": [{number}]}}]}}')
    _, record = read("c")

    assert Decimal(record["attributes"][0]["value"][0]) == Decimal(number)


@pytest.mark.parametrize(
    "value", ['say "hi"\n', "\u0000\u2028", "日本語 👋🏽", "", True, False, [], {}, [None, {"k": None}]]
)
def test_any_value_comes_back_as_it_was(submit, read, value):
    submit({"externalConversationId": "c", "attributes": [{"name": 'n"\\', "value": value}]})
    _, record = read("c")

    assert record["attributes"] == [{"name": 'n"\\', "value": value}]


@pytest.mark.parametrize("conversation", ["会話-١٢٣", "a/b?c=d&e", "👩‍👩‍👧", " padded "])
def test_an_id_in_any_script_works(submit, read, conversation):
    submit({"externalConversationId": conversation, "lobId": "1"})

    status, record = read(conversation)
    assert (status, record["externalConversationId"]) == (200, conversation)


def test_an_unknown_conversation_is_not_found(read, log):
    status, body = read("nobody")

    assert status == 404
    assert body["error"].pop("requestId")
    assert body == {"error": {"code": "404-01", "message": "Not Found"}}
    assert [(line["message"], line["externalConversationId"]) for line in log()] == [("NotFound", "nobody")]


@pytest.mark.parametrize(
    ("conversation", "message"),
    [
        (None, "is required"),
        ("", "must have a character that is not white space"),
        ("\u3000 ", "must have a character that is not white space"),
        ("x" * 257, "must have at most 256 characters"),
        ("\ud800", "must be Unicode text without lone surrogates"),
    ],
)
def test_an_unusable_id_is_refused(read, conversation, message):
    status, body = read(conversation)

    assert status == 400
    assert UUID(body["result"]["eventId"])
    assert body["result"]["error"] == f"FAIL_BAD_PARAMS: ERROR: externalConversationId: {message}"


def test_a_conversation_whose_time_has_passed_is_not_found_though_dynamodb_still_has_it(
    submit, read, table, monkeypatch
):
    submit({"externalConversationId": "c"})
    key, item = {"externalConversationId": {"S": "c"}}, {"submissions": {"SS": ["e#d"]}}
    monkeypatch.setattr(store, "time", SimpleNamespace(time=lambda: 1_800_000_000.5))
    for expires, status in {"1800000000": 404, "1799999999": 404, "1800000001": 200}.items():
        table.put(key | item | {"expiresAt": {"N": expires}})
        assert read("c")[0] == status


@pytest.mark.parametrize("conversation", ["c", "nobody", None])
def test_no_cache_may_keep_an_answer(submit, invoke, read_event, conversation):
    submit({"externalConversationId": "c"})
    query = {"externalConversationId": conversation} if conversation else None
    headers = invoke(read_event("found") | {"queryStringParameters": query})["headers"]
    assert headers["Cache-Control"] == "no-store"


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
    status, body = read("c")

    assert (status, body["error"]["code"]) == (503, "503-01")
    assert [(line["message"], line["externalConversationId"]) for line in log()] == [("Unavailable", "c")]
