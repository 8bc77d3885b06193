"""Many submissions in one request: each on its own, and all of them once."""

from oracle import CANARY, assert_error

from tools.local.api import MANY


def test_a_thousand_submissions_are_stored_once_however_often_they_are_sent(submit_many, read_back, conversation):
    batch = [
        {"externalConversationId": f"{conversation}-{number % 50}", "eventId": f"e{number}", "lobId": str(number)}
        for number in range(1000)
    ]

    status, body = submit_many(batch)
    # On a slow machine the function runs out of time to send, and says so: the whole batch may be sent again.
    for _ in range(5):
        if body.get("errorCount") != 0:
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


def test_a_body_over_4_mib_is_answered_413(call):
    assert_error(call("POST", MANY, b" " * (4 * 1024 * 1024 + 1)), "413-01")
