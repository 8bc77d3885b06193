"""The response and the log line of a refused submission."""

import pytest
from oracle import Context, checked_response

from tools.contract import CANARY, assert_untold

REQUEST_ID = "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"  # as in events/stored-minimal.json
WRONG = {"externalConversationId": "c", "eventId": "e-1", "deviceType": "FAX", "lobId": 4}
TOO_LARGE = '{"a": "' + "x" * (256 * 1024 - len('{"a": ""}')) + '"} '


def test_refusal_names_every_wrong_field_and_its_log_line_no_value(submit, log):
    attributes = [{"made up": "x" * 1025}]
    status, body = submit(WRONG | {"companySegment": [1], "attributes": attributes, "channel": None, "Zone": 1})
    assert status == 400
    assert body["result"] == {
        "eventId": "e-1",
        "error": "FAIL_BAD_PARAMS: ERROR: lobId: must be a string; "
        "deviceType: must be one of TABLET, PHONE, DESKTOP, WATCH, OTHER; companySegment[0]: must be a string; "
        "attributes[0].made up: must have at most 1024 characters in a string",
        "ignoredFields": ["Zone", "channel"],
    }
    [line] = log()
    expected = {
        "message": "Refused",
        "level": "INFO",
        "eventId": "e-1",
        "fields": ["attributes", "companySegment", "deviceType", "lobId"],
        "ignoredFields": ["Zone", "channel"],
        "Refused": [1],
        "IgnoredFields": [2],
    }
    assert line.items() >= expected.items()
    # Names of attributes are the sender's data.
    assert "made up" not in repr(line)


def test_body_over_256_kib_gets_413_and_is_logged_as_too_large(submit, log):
    assert submit(TOO_LARGE[:-1]).status == 400
    status, body = submit(TOO_LARGE)
    assert (status, body["error"]["code"], body["error"]["requestId"]) == (413, "413-01", REQUEST_ID)
    _, line = log()
    assert (line["message"], line["level"], line["TooLarge"]) == ("TooLarge", "INFO", [1])


@pytest.mark.parametrize(
    "submission",
    [
        {"externlConversationId": CANARY},
        WRONG | {"eventId": CANARY * 30},
        WRONG | {"deviceType": CANARY},
        WRONG | {"companySegment": [CANARY * 30, [CANARY]]},
        WRONG | {"attributes": [{"name": CANARY * 30, "value": 1}]},
        WRONG | {"attributes": [{"name": "n", "value": {CANARY: {"": CANARY * 100}}}]},
        f'{{"externalConversationId": {CANARY}}}',
        f'{{"lobId": "{CANARY}\\ud800"}}',
        f'{{"lobId": "{CANARY}", "lobName": NaN}}',
    ],
)
def test_sent_values_are_neither_in_the_response_nor_in_the_log(submit, log, submission):
    headers = {"asapp-api-id": "i", "asapp-api-secret": CANARY, "User-Agent": CANARY}
    answer = submit(submission, headers=headers, multiValueHeaders={name: [text] for name, text in headers.items()})
    assert answer.status == 400
    assert_untold(repr(answer.body["result"]["error"]), "The answer")
    assert_untold(repr(log()), "The log")


@pytest.mark.parametrize("rest", [{}, *({"requestContext": each} for each in (None, {}, {"authorizer": None}))])
def test_event_without_request_context_is_traced_by_the_lambda_request_id(invoke, log, rest):
    _, body = checked_response(invoke({"body": TOO_LARGE} | rest, "IngestFunction"))
    assert body["error"]["requestId"] == log()[0]["requestId"] == Context().aws_request_id


@pytest.mark.parametrize("place", ["ingest.store.merge", "ingest.single.read_body"])
def test_defect_gets_500_and_its_traceback_is_only_in_the_log(submit, log, monkeypatch, place):
    def fail(*_):
        raise RuntimeError(CANARY)

    monkeypatch.setattr(place, fail)
    status, body = submit({"externalConversationId": "c", "eventId": "e-1"})
    assert (status, body["error"]["requestId"]) == (500, REQUEST_ID)
    [line] = log()
    assert (line["message"], line["level"], line["Failed"]) == ("Failed", "ERROR", [1])
    assert (line["requestId"], line["client"]) == (REQUEST_ID, "default-client")
    assert CANARY in line["exception"]
