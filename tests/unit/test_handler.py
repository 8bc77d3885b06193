"""What a refused submission is answered, and what is logged of it. None of these gets as far as the table."""

from uuid import UUID

import pytest
from oracle import CANARY, assert_untold

REQUEST_ID = "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"  # as in events/stored-minimal.json
WRONG = {"externalConversationId": "c", "eventId": "e-1", "deviceType": "FAX", "lobId": 4}
TOO_LARGE = '{"a": "' + "x" * (256 * 1024 - len('{"a": ""}')) + '"} '


def test_a_refusal_names_every_wrong_field_and_what_would_be_right(submit):
    error = "lobId: must be a string; deviceType: must be one of TABLET, PHONE, DESKTOP, WATCH, OTHER"
    assert submit(WRONG) == (400, {"result": {"eventId": "e-1", "error": f"FAIL_BAD_PARAMS: ERROR: {error}"}})


@pytest.mark.parametrize("submission", [None, "{", "[]", *(WRONG | {"eventId": value} for value in (None, " ", 7))])
def test_a_refusal_without_a_usable_event_id_gets_a_new_one(submit, submission):
    status, body = submit(submission)
    assert status == 400
    assert UUID(body["result"]["eventId"])


def test_a_refusal_tells_the_fields_that_it_did_not_know(submit):
    result = submit({"externlConversationId": "c", "channel": None, "Zone": 1}).body["result"]
    assert result["error"] == "FAIL_BAD_PARAMS: ERROR: externalConversationId: is required"
    assert result["ignoredFields"] == ["Zone", "channel", "externlConversationId"]


def test_the_limit_of_the_route_is_256_kib_and_a_larger_body_has_an_outcome_of_its_own(submit, log):
    assert submit(TOO_LARGE[:-1]).status == 400
    status, body = submit(TOO_LARGE)
    assert (status, body["error"]["code"], body["error"]["requestId"]) == (413, "413-01", REQUEST_ID)
    _, line = log()
    assert (line["message"], line["level"], line["TooLarge"]) == ("TooLarge", "INFO", [1])
    assert line["requestId"] == REQUEST_ID


def test_the_line_of_a_refusal_says_whose_request_it_was_and_which_fields_were_wrong(submit, log):
    submit(WRONG | {"attributes": ["text"], "companySegment": [1], "channel": "chat"})
    [line] = log()
    assert (
        line.items()
        >= {
            "message": "Refused",
            "level": "INFO",
            "requestId": REQUEST_ID,
            "client": "default-client",
            "eventId": "e-1",
            "fields": ["attributes", "companySegment", "deviceType", "lobId"],
            "ignoredFields": ["channel"],
            "Refused": [1],
            "IgnoredFields": [1],
        }.items()
    )


def test_a_line_stays_short_whatever_names_are_sent(submit, log):
    submit({f"{index}-{'x' * 1000}": 1 for index in range(200)})
    [line] = log()
    assert [len(name) for name in line["ignoredFields"]] == [64] * 10
    assert line["IgnoredFields"] == [200]


@pytest.mark.parametrize(
    "submission",
    [
        {"externalConversationId": [CANARY]},
        {"externlConversationId": CANARY},
        WRONG | {"eventId": CANARY * 30},
        WRONG | {"lobId": {CANARY: CANARY}},
        WRONG | {"campaign": CANARY * 30},
        WRONG | {"deviceType": CANARY},
        WRONG | {"companySegment": [CANARY * 30, [CANARY]]},
        WRONG | {"attributes": CANARY},
        WRONG | {"attributes": [CANARY]},
        WRONG | {"attributes": [{"name": CANARY * 30, "value": 1}]},
        WRONG | {"attributes": [{"name": "n", "value": CANARY * 100}]},
        WRONG | {"attributes": [{"name": "n", "value": {CANARY: {"": CANARY}}}]},
        f'{{"externalConversationId": {CANARY}}}',
        f'{{"externalConversationId": "{CANARY}\\x"}}',
        f'["{CANARY}"]',
        f'{{"lobId": "{CANARY}\\ud800"}}',
        f'{{"lobId": "{CANARY}", "lobName": NaN}}',
    ],
)
def test_what_was_sent_is_repeated_neither_in_the_answer_nor_in_the_log(submit, log, submission):
    headers = {"asapp-api-id": "i", "asapp-api-secret": CANARY, "User-Agent": CANARY}
    answer = submit(submission, headers=headers, multiValueHeaders={name: [text] for name, text in headers.items()})
    assert answer.status == 400
    assert_untold(repr(answer.body["result"]["error"]), "The answer")
    assert_untold(repr(log()), "The log")


def test_the_name_of_a_wrong_attribute_is_for_its_sender_and_not_for_the_log(submit, log):
    answer = submit({"externalConversationId": "c", "attributes": [{"made up": "x" * 1025}]})
    assert "attributes[0].made up: must have at most 1024 characters in a string" in answer.body["result"]["error"]
    assert "made up" not in repr(log())


@pytest.mark.parametrize("gateway", [None, {}, {"authorizer": None, "requestId": None}])
def test_a_request_that_did_not_come_from_api_gateway_is_traced_by_its_invocation(submit, context, log, gateway):
    answer = submit(TOO_LARGE, requestContext=gateway)
    assert answer.body["error"]["requestId"] == log()[0]["requestId"] == context.aws_request_id


@pytest.mark.parametrize("event", [{}, {"body": None}, {"body": "{}"}, {"body": {"externalConversationId": "c"}}])
def test_an_event_without_the_rest_of_it_is_refused_like_any_other(handler, context, event):
    assert handler("IngestFunction")(event, context)["statusCode"] == 400


@pytest.mark.parametrize("place", ["ingest.store.apply", "ingest.handler.read_body"])
def test_a_defect_is_a_500_that_tells_nothing_and_a_line_that_tells_all(submit, log, monkeypatch, place):
    def fail(*_):
        raise RuntimeError(CANARY)

    monkeypatch.setattr(place, fail)
    status, body = submit({"externalConversationId": "c", "eventId": "e-1"})
    assert (status, body["error"]["requestId"]) == (500, REQUEST_ID)
    [line] = log()
    assert (line["message"], line["level"], line["Failed"]) == ("Failed", "ERROR", [1])
    assert (line["requestId"], line["client"]) == (REQUEST_ID, "default-client")
    assert CANARY in line["exception"]
