"""One submission a request: stored in full, merged, applied once, and refused with every reason."""

import json
from itertools import zip_longest
from typing import get_args
from uuid import UUID

import pytest

from ingest.models import DeviceType, OperatingSystem, Platform

from .contract import CANARY, assert_error, assert_refused

TEXTS = ["lobId", "lobName", "groupId", "groupName", "agentRoutingCode", "campaign", "companySubdivision"]
TEXTS += ["businessRule", "entryType"]
LIMITS = dict.fromkeys(["externalConversationId", "eventId", *TEXTS], 256) | {"browserType": 64, "browserVersion": 16}

MALFORMED = [
    b"", b" ", b"{", b"}", b"{}}", b"[", b'{"a"}', b'{"a":}', b'{"a" 1}', b'{"a":1,}', b"{a:1}", b"{'a':1}", b'{"a":1',
    b'{"a":"\n"}', b'{"a":"\\x"}', b'{"a":"\\ud800"}', b'{"a":01}', b'{"a":NaN}', b'{"a":-Infinity}', b'{"a":tru}',
    b'"text"', b"7", b"null", b"[]", b"[" * 100_000, b'{"a":' * 40_000, b"\xff\xfe",
    b'{"a":1} {"b":2}', b'{"a":' + b"9" * 10_000 + b"}",
]  # fmt: skip


def test_a_full_submission_is_stored_as_it_was_sent(submit, read_back, read_event, conversation):
    sent = json.loads(read_event("stored-full")["body"]) | {"externalConversationId": conversation}

    answer = submit(sent)

    assert (answer.status, answer.json()) == (200, {"result": {"eventId": sent["eventId"], "error": ""}})
    record = read_back(conversation)
    assert record.pop("createdAt") == record.pop("updatedAt")
    assert record.pop("events") == [sent["eventId"]]
    assert record == sent | {"attributes": sorted(sent["attributes"], key=lambda attribute: attribute["name"])}


def test_a_submission_merges_into_what_is_stored(submit, read_back, conversation):
    def attributes(**pairs):
        return [{"name": name, "value": f"{CANARY} {value}"} for name, value in pairs.items()]

    submit({"externalConversationId": conversation, "lobId": "a", "campaign": "x", "attributes": attributes(a=1, b=2)})
    submit({"externalConversationId": conversation, "lobId": "b", "campaign": None, "attributes": attributes(b=3, c=4)})

    record = read_back(conversation)
    assert (record["lobId"], record["campaign"], len(record["events"])) == ("b", "x", 2)
    assert record["attributes"] == attributes(a=1, b=3, c=4)


def test_a_late_retry_changes_nothing_whatever_the_order_of_its_members(submit, read_back, conversation):
    first = {"externalConversationId": conversation, "eventId": "e1", "lobId": "1", "campaign": CANARY}
    answer = submit(first)
    submit({"externalConversationId": conversation, "eventId": "e2", "lobId": "2"})
    before = read_back(conversation)

    again = submit(dict(reversed(first.items())) | {"groupId": None})

    assert (again.status, again.json()) == (answer.status, answer.json())
    assert read_back(conversation) == before
    assert before["lobId"] == "2"


def test_one_event_id_with_other_content_is_another_submission(submit, read_back, conversation):
    for lob in ("1", "2", "3"):
        assert submit({"externalConversationId": conversation, "eventId": "constant", "lobId": lob}).status == 200

    assert read_back(conversation)["lobId"] == "3"


@pytest.mark.parametrize("missing", [{}, {"eventId": None}, {"eventId": "  "}], ids=["absent", "null", "blank"])
def test_a_submission_without_an_event_id_gets_one(submit, read_back, conversation, missing):
    result = submit({"externalConversationId": conversation} | missing).json()["result"]

    assert UUID(result["eventId"])
    assert read_back(conversation)["events"] == [result["eventId"]]


def test_unknown_fields_come_back_by_name_and_are_not_stored(submit, read_back, conversation):
    unknown = {"lobID": CANARY, "Campaign": {"x": CANARY}}
    answer = submit({"externalConversationId": conversation, "eventId": "e"} | unknown)

    result = {"eventId": "e", "error": "", "ignoredFields": ["Campaign", "lobID"]}
    assert (answer.status, answer.json()) == (200, {"result": result})
    assert read_back(conversation).keys() == {"externalConversationId", "eventId", "createdAt", "updatedAt", "events"}


def test_every_value_of_every_enumeration_is_taken(submit, read_back, conversation):
    fields = ("platform", "deviceType", "operatingSystem")
    for values in zip_longest(get_args(Platform), get_args(DeviceType), get_args(OperatingSystem)):
        given = {field: value for field, value in zip(fields, values, strict=True) if value}
        assert submit({"externalConversationId": conversation} | given).status == 200
        assert given.items() <= read_back(conversation).items()


@pytest.mark.parametrize(("field", "limit"), LIMITS.items())
def test_a_text_is_taken_up_to_its_limit_counted_in_code_points(submit, conversation, field, limit):
    full = (conversation + "\U0001f600" * limit)[:limit]

    assert submit({"externalConversationId": conversation, field: full}).status == 200
    one_over = submit({"externalConversationId": conversation, field: full + "x"})
    assert_refused(one_over, f"{field}: must have at most {limit} characters")


@pytest.mark.parametrize(
    ("good", "bad", "problem"),
    [
        (
            {"companySegment": ["s" * 64]},
            {"companySegment": ["", "s" * 65]},
            "companySegment[1]: must have at most 64 characters",
        ),
        ({"attributes": [{"n": 1}] * 10}, {"attributes": [{"n": 1}] * 11}, "attributes: must have at most 10 objects"),
        (
            {"attributes": [{str(number): number for number in range(100)}]},
            {"attributes": [{str(number): number for number in range(101)}]},
            "attributes: must have at most 100 pairs in all",
        ),
        (
            {"attributes": [{"name": "n" * 256, "value": "v" * 1024}]},
            {"attributes": [{"name": "n", "value": "v" * 1025}]},
            "attributes[0].value: must have at most 1024 characters",
        ),
    ],
    ids=["segment", "objects", "pairs", "value"],
)
def test_a_collection_is_taken_up_to_its_limit(submit, conversation, good, bad, problem):
    assert submit({"externalConversationId": conversation} | good).status == 200
    assert_refused(submit({"externalConversationId": conversation} | bad), problem)


def test_a_refusal_names_everything_that_is_wrong_and_repeats_none_of_it(submit):
    wrong = {"lobId": 5, "deviceType": CANARY, "companySegment": CANARY, "browserVersion": CANARY * 2}
    answer = submit({"externalConversationId": " ", "eventId": "e1"} | wrong)

    assert_refused(
        answer,
        "externalConversationId: must have a character that is not white space",
        "lobId: must be a string",
        "deviceType: must be one of TABLET, PHONE, DESKTOP, WATCH, OTHER",
        "companySegment: must be an array of strings",
        "browserVersion: must have at most 16 characters",
    )
    assert answer.json()["result"]["eventId"] == "e1"


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body[:20]))
def test_a_body_that_is_no_json_object_is_refused_never_a_5xx(submit, body):
    answer = submit(body)

    assert answer.status == 400
    assert answer.json()["result"]["error"].startswith("FAIL_BAD_PARAMS: ERROR: body: ")


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
    assert_error(submit(largest + b" "), 413)
