"""One submission a request, over HTTP: what API Gateway and Lambda make of bodies, ids and answers on their way."""

import gzip
import json

import pytest
from oracle import CANARY, checked

MALFORMED = {
    "empty": (b"", "is empty"),
    "gzip": (gzip.compress(b"{}"), "looks like gzip"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "looks like UTF-16"),
    "form": (b"externalConversationId=c", "looks like a form"),
    "lone surrogate": (b'{"a": "\\ud800"}', "must not contain lone surrogates"),
    "nested too deep": (b"[" * 100_000, "must not be nested so deep"),
}


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


def test_a_late_retry_changes_nothing(submit, read_back, conversation):
    first = {"externalConversationId": conversation, "eventId": "e1", "lobId": "1", "campaign": CANARY}
    answer = submit(first)
    submit({"externalConversationId": conversation, "eventId": "e2", "lobId": "2"})
    before = read_back(conversation)

    again = submit(dict(reversed(first.items())) | {"groupId": None})

    assert (again.status, again.json()) == (answer.status, answer.json())
    assert read_back(conversation) == before
    assert before["lobId"] == "2"


def test_a_refusal_names_everything_that_is_wrong_and_its_request(submit):
    answer = submit({"externalConversationId": " ", "eventId": "e1", "lobId": 5, "deviceType": CANARY})

    result = checked(answer.status, answer.headers, answer.body.decode())["result"]
    assert (answer.status, result["eventId"]) == (400, "e1")
    assert result["error"].removeprefix("FAIL_BAD_PARAMS: ERROR: ").split("; ") == [
        "externalConversationId: must have a character that is not white space",
        "lobId: must be a string",
        "deviceType: must be one of TABLET, PHONE, DESKTOP, WATCH, OTHER",
    ]
    assert answer.headers["x-amzn-requestid"]


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_body_that_cannot_be_read_is_refused_by_its_name(submit, kind):
    body, message = MALFORMED[kind]
    answer = submit(body)

    error = checked(answer.status, answer.headers, answer.body.decode())["result"]["error"]
    assert error.startswith(f"FAIL_BAD_PARAMS: ERROR: body: {message}")


def test_two_ids_that_are_not_utf_8_do_not_become_one_record(submit):
    for byte in (b"\xe9", b"\xe8"):
        assert submit(b'{"externalConversationId": "caf' + byte + b'"}').status == 400


def test_a_byte_order_mark_is_no_fault(submit, conversation):
    assert submit(b"\xef\xbb\xbf" + json.dumps({"externalConversationId": conversation}).encode()).status == 200


@pytest.mark.parametrize("prefix", ["שיחה", "محادثة", "对话", "\U0001f469\u200d\U0001f4bb", "a/b?c&d=e#f%20+g \\\"'<>"])
def test_a_conversation_id_may_be_in_any_script(submit, read_back, conversation, prefix):
    sent = {"externalConversationId": f"{prefix}{conversation}", "eventId": f"{prefix} 1", "lobName": prefix}
    answer = submit(sent)

    assert answer.json() == {"result": {"eventId": sent["eventId"], "error": ""}}
    assert sent.items() <= read_back(sent["externalConversationId"]).items()


def test_a_body_over_256_kib_is_answered_413(submit, conversation):
    body = json.dumps({"externalConversationId": conversation}).encode()
    largest = body.ljust(256 * 1024)

    assert submit(largest).status == 200
    answer = submit(largest + b" ")
    assert checked(answer.status, answer.headers, answer.body.decode())["error"]["code"] == "413-01"
