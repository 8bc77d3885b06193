"""The API's routes over HTTP: what API Gateway and Lambda make of bodies, ids and answers on their way."""

import gzip
import json

import pytest
from oracle import CANARY, assert_error, checked

from tools.local.api import MANY, READ


def test_a_full_submission_is_stored_as_it_was_sent(submit, read_back, read_event, conversation, stack):
    sent = json.loads(read_event("stored-full")["body"]) | {"externalConversationId": conversation}
    answer = submit(sent | {"lobID": CANARY})

    result = {"eventId": sent["eventId"], "error": "", "ignoredFields": ["lobID"]}
    assert (answer.status, answer.json()) == (200, {"result": result})
    record = read_back(conversation)
    assert record.pop("createdAt") == record.pop("updatedAt")
    assert record.pop("events") == [sent["eventId"]]
    assert record.pop("updatedBy") == stack.api_id
    assert record == sent | {"attributes": sorted(sent["attributes"], key=lambda attribute: attribute["name"])}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "is empty"),
        (gzip.compress(b"{}", mtime=0), "looks like gzip"),
        ('{"a": 1}'.encode("utf-16"), "looks like UTF-16"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_by_its_name(submit, body, message):
    answer = submit(body)
    error = checked(answer.status, answer.headers, answer.body.decode())["result"]["error"]
    assert error.startswith(f"FAIL_BAD_PARAMS: ERROR: body: {message}")


@pytest.mark.parametrize("prefix", ["שיחה 对话 \U0001f469\u200d\U0001f4bb", "a/b?c&d=e#f%20+g \\\"'<>"])
def test_a_conversation_id_may_be_any_text(submit, read_back, conversation, prefix):
    sent = {"externalConversationId": f"{prefix}{conversation}", "eventId": f"{prefix} 1", "lobName": prefix}
    answer = submit(sent)

    assert answer.json() == {"result": {"eventId": sent["eventId"], "error": ""}}
    assert sent.items() <= read_back(sent["externalConversationId"]).items()


def test_each_entry_of_a_batch_has_its_own_result(call, read_back, conversation):
    entries = [
        {"externalConversationId": conversation, "eventId": "e1", "campaign": CANARY},
        {"externalConversationId": conversation, "eventId": "e2", "platform": CANARY},
        {"externalConversationId": conversation, "eventId": "e3", "lobID": CANARY},
    ]
    answer = call("POST", MANY, json.dumps({"items": entries}).encode())

    assert answer.status == 200
    stored, refused, ignoring = checked(answer.status, answer.headers, answer.body.decode())["results"]
    assert stored == {"eventId": "e1", "error": ""}
    assert (refused["eventId"], refused["error"].split(": ")[:3]) == ("e2", ["FAIL_BAD_PARAMS", "ERROR", "platform"])
    assert ignoring == {"eventId": "e3", "error": "", "ignoredFields": ["lobID"]}
    assert read_back(conversation)["events"] == ["e1", "e3"]


def test_the_log_line_of_a_request_names_it_its_conversation_its_client_and_its_outcome(
    stack, submit, followed, conversation
):
    submit({"externalConversationId": conversation, "eventId": "e1", "campaign": CANARY})

    line = json.loads(followed(conversation))
    assert (line["eventId"], line["client"], line["message"]) == ("e1", stack.api_id, "Stored")
    assert line["requestId"]
    assert line["writeUnits"] > 0


def test_a_line_is_found_by_the_request_id_that_an_error_tells(call, followed, conversation):
    told = assert_error(call("GET", f"{READ}?externalConversationId={conversation}"), "404-01")

    line = json.loads(followed(conversation))
    assert (line["requestId"], line["message"]) == (told, "NotFound")
