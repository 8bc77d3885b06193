"""Many submissions in one request: each on its own, and all of them once."""

import pytest

from tools.local.api import MANY

from .contract import CANARY, assert_error


def test_a_thousand_submissions_are_stored_once_however_often_they_are_sent(submit_many, read_back, conversation):
    batch = [
        {"externalConversationId": f"{conversation}-{number % 50}", "eventId": f"e{number}", "lobId": str(number)}
        for number in range(1000)
    ]

    status, body = submit_many(batch)

    assert (status, body["errorCount"]) == (200, 0)
    assert body["results"] == [{"eventId": f"e{number}", "error": ""} for number in range(1000)]
    records = [read_back(f"{conversation}-{number}") for number in range(50)]
    assert [record["lobId"] for record in records] == [str(950 + number) for number in range(50)]
    assert all(len(record["events"]) == 20 for record in records)

    assert submit_many(batch) == (status, body)
    assert [read_back(f"{conversation}-{number}") for number in range(50)] == records


def test_each_item_has_its_own_result(submit_many, read_back, conversation):
    status, body = submit_many(
        [
            {"externalConversationId": conversation, "eventId": "e1", "campaign": CANARY},
            {"externalConversationId": conversation, "eventId": "e2", "platform": CANARY},
            CANARY,
            {"externalConversationId": conversation, "eventId": "e4", "lobID": CANARY},
        ]
    )

    assert (status, body["errorCount"]) == (200, 2)
    stored, refused, no_object, ignoring = body["results"]
    assert stored == {"eventId": "e1", "error": ""}
    assert (refused["eventId"], refused["error"].split(": ")[:3]) == ("e2", ["FAIL_BAD_PARAMS", "ERROR", "platform"])
    assert no_object["error"] == "FAIL_BAD_PARAMS: ERROR: item: must be an object"
    assert ignoring == {"eventId": "e4", "error": "", "ignoredFields": ["lobID"]}
    assert read_back(conversation)["events"] == ["e1", "e4"]


def test_the_order_of_a_conversations_items_is_kept(submit_many, read_back, conversation):
    items = [{"externalConversationId": conversation, "lobId": str(number)} for number in range(100)]

    assert submit_many(items)[0] == 200
    assert read_back(conversation)["lobId"] == "99"


def test_a_batch_of_nothing_but_bad_input_is_refused(submit_many):
    status, body = submit_many([{"lobId": CANARY}] * 3)

    assert (status, body["errorCount"]) == (400, 3)


@pytest.mark.parametrize("items", [None, [], {}, [{}] * 1001], ids=["null", "empty", "object", "1001 items"])
def test_a_batch_without_usable_items_is_refused_with_one_result(submit_many, items):
    status, body = submit_many(items)

    assert (status, body["errorCount"]) == (400, 1)
    assert body["results"][0]["error"] == "FAIL_BAD_PARAMS: ERROR: items: must be an array of 1 to 1000 submissions"


def test_a_body_that_is_no_json_is_refused_with_one_result(call):
    answer = call("POST", MANY, b"{")

    assert (answer.status, answer.json()["errorCount"]) == (400, 1)


def test_a_body_over_4_mib_is_answered_413(call):
    assert_error(call("POST", MANY, b" " * (4 * 1024 * 1024 + 1)), 413)
