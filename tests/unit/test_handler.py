"""What a refused submission is answered, and what is logged of it. None of these gets as far as the table."""

import json
from uuid import UUID

import pytest

REQUEST_ID = "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"  # as in events/stored-minimal.json
WRONG = {"externalConversationId": "c", "eventId": "e-1", "deviceType": "FAX", "lobId": 4}
CANARY = "canary-4711"


def error_body(code, message, request_id=REQUEST_ID):
    return {"error": {"requestId": request_id, "code": code, "message": message}}


def test_a_refusal_names_every_wrong_field_and_what_would_be_right(submit):
    answer = submit(WRONG)
    assert answer.status == 400
    assert answer.headers == {"Content-Type": "application/json", "Cache-Control": "no-store"}
    error = "lobId: must be a string; deviceType: must be one of TABLET, PHONE, DESKTOP, WATCH, OTHER"
    assert answer.body == {"result": {"eventId": "e-1", "error": f"FAIL_BAD_PARAMS: ERROR: {error}"}}


@pytest.mark.parametrize("event_id", [None, "", "  ", "x" * 257, 7, ["e"]])
def test_a_refusal_without_a_usable_event_id_gets_a_new_one(submit, event_id):
    assert UUID(submit(WRONG | {"eventId": event_id}).body["result"]["eventId"])


@pytest.mark.parametrize("body", [None, "", "{", "[]"])
def test_a_body_that_cannot_be_read_gets_a_new_event_id(submit, body):
    answer = submit(body)
    assert answer.status == 400
    assert UUID(answer.body["result"]["eventId"])


def test_a_refusal_tells_the_fields_that_it_did_not_know(submit):
    answer = submit({"externlConversationId": "c", "channel": None, "Zone": 1})
    assert answer.body["result"]["error"] == "FAIL_BAD_PARAMS: ERROR: externalConversationId: is required"
    assert answer.body["result"]["ignoredFields"] == ["Zone", "channel", "externlConversationId"]


def test_the_limit_of_the_route_is_256_kib(submit):
    frame = len('{"a": ""}')
    at_the_limit = '{"a": "' + "x" * (256 * 1024 - frame) + '"}'
    assert submit(at_the_limit).status == 400
    answer = submit(at_the_limit + " ")
    assert (answer.status, answer.body) == (413, error_body("413-01", "Request Entity Too Large"))
    assert "Retry-After" not in answer.headers


def test_the_line_of_a_refusal_says_whose_request_it_was_and_which_fields_were_wrong(submit, log):
    submit(WRONG | {"attributes": ["text"], "channel": "chat"})
    [line] = log()
    assert line["message"] == "Refused"
    assert line["level"] == "INFO"
    assert line["requestId"] == REQUEST_ID
    assert line["client"] == "default-client"
    assert line["eventId"] == "e-1"
    assert line["fields"] == ["attributes", "deviceType", "lobId"]
    assert line["ignoredFields"] == ["channel"]
    assert (line["Refused"], line["IgnoredFields"]) == ([1], [1])


def test_the_line_of_a_body_that_is_too_large_is_told_apart(submit, log):
    submit("x" * (256 * 1024 + 1))
    [line] = log()
    assert (line["message"], line["level"], line["TooLarge"]) == ("TooLarge", "INFO", [1])
    assert line["requestId"] == REQUEST_ID


def test_a_line_stays_short_whatever_names_are_sent(submit, log):
    submit({f"{index}-{'x' * 1000}": 1 for index in range(200)})
    [line] = log()
    assert [len(name) for name in line["ignoredFields"]] == [64] * 10
    assert line["IgnoredFields"] == [200]


@pytest.mark.parametrize(
    "submission",
    [
        {"externalConversationId": [CANARY]},
        {"externalConversationId": "c", "eventId": [CANARY]},
        {"externalConversationId": "c", "eventId": CANARY * 30},
        {"externalConversationId": "c", "lobId": {CANARY: CANARY}},
        {"externalConversationId": "c", "campaign": CANARY * 30},
        {"externalConversationId": "c", "deviceType": CANARY},
        {"externalConversationId": "c", "platform": [CANARY]},
        {"externalConversationId": "c", "companySegment": CANARY},
        {"externalConversationId": "c", "companySegment": [CANARY * 30, [CANARY]]},
        {"externalConversationId": "c", "attributes": CANARY},
        {"externalConversationId": "c", "attributes": [CANARY]},
        {"externalConversationId": "c", "attributes": [{"name": CANARY * 30, "value": 1}]},
        {"externalConversationId": "c", "attributes": [{"name": [CANARY], "value": 1}]},
        {"externalConversationId": "c", "attributes": [{"name": "n", "value": CANARY * 100}]},
        {"externalConversationId": "c", "attributes": [{"name": "n", "value": {CANARY: {"": CANARY}}}]},
        {"externlConversationId": CANARY},
        {"browserType": CANARY, "channel": CANARY},
        f'{{"externalConversationId": "{CANARY}"',
        f'{{"externalConversationId": {CANARY}}}',
        f'{{"externalConversationId": "{CANARY}\\x"}}',
        f'["{CANARY}"]',
        f'{{"lobId": "{CANARY}\\ud800"}}',
        f'{{"lobId": "{CANARY}", "lobName": NaN}}',
        CANARY,
    ],
)
def test_what_was_sent_is_repeated_neither_in_the_answer_nor_in_the_log(submit, log, submission):
    headers = {"asapp-api-id": "i", "asapp-api-secret": CANARY, "User-Agent": CANARY}
    answer = submit(submission, headers=headers, multiValueHeaders={name: [text] for name, text in headers.items()})
    assert answer.status == 400
    assert CANARY not in json.dumps(answer.body)
    [line] = log()
    assert CANARY not in json.dumps(line)


def test_the_name_of_a_wrong_attribute_is_for_its_sender_and_not_for_the_log(submit, log):
    answer = submit({"externalConversationId": "c", "attributes": [{CANARY: "x" * 1025}]})
    assert f"attributes[0].{CANARY}: must have at most 1024 characters in a string" in answer.body["result"]["error"]
    assert CANARY not in json.dumps(log())


@pytest.mark.parametrize(
    "changes",
    [{"requestContext": None}, {"requestContext": {}}, {"requestContext": {"authorizer": None, "requestId": None}}],
)
def test_a_request_that_did_not_come_from_api_gateway_is_traced_by_its_invocation(submit, log, changes):
    assert submit("x" * (256 * 1024 + 1), **changes).body["error"]["requestId"] == "id-of-the-invocation"
    [line] = log()
    assert line["requestId"] == "id-of-the-invocation"


@pytest.mark.parametrize("event", [{}, {"body": None}, {"body": "{}"}, {"body": {"externalConversationId": "c"}}])
def test_an_event_without_the_rest_of_it_is_refused_like_any_other(handler, context, event):
    assert handler("IngestFunction")(event, context)["statusCode"] == 400


@pytest.mark.parametrize("place", ["ingest.store.apply", "ingest.handler.read_body"])
def test_a_defect_is_a_500_that_tells_nothing_and_a_line_that_tells_all(submit, log, monkeypatch, place):
    def fail(*_):
        raise RuntimeError("what only we may know")

    monkeypatch.setattr(place, fail)
    answer = submit({"externalConversationId": "c", "eventId": "e-1"})
    assert (answer.status, answer.body) == (500, error_body("500-01", "Internal server error"))
    [line] = log()
    assert (line["message"], line["level"], line["Failed"]) == ("Failed", "ERROR", [1])
    assert (line["requestId"], line["client"]) == (REQUEST_ID, "default-client")
    assert "what only we may know" in line["exception"]
