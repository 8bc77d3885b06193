"""The files in events/: each has the outcome in its name."""

import json

import pytest

from authorizer.handler import UnauthorizedError
from ingest.models import Submission

# By the start of a name: the status, effect or error, and the messages in the log.
OUTCOMES = {
    "authorizer-allow": ("Allow", "Authorized"),
    "authorizer-deny": ("Unauthorized", "Unauthorized"),
    "duplicate": (200, "Duplicate"),
    "found": (200, "Found"),
    "many-partly-refused": (200, "Stored", "Refused", "Batch"),
    "many-stored": (200, "Stored", "Batch"),
    "not-found": (404, "NotFound"),
    "refused": (400, "Refused"),
    "stored": (200, "Stored"),
    "too-large": (413, "TooLarge"),
}
# Events to send first.
FIRST = {"duplicate": "stored-full", "found": "many-stored"}


def outcome_of(invoke, event):
    try:
        answer = invoke(event)
    except UnauthorizedError as error:
        return str(error)
    return answer["statusCode"] if "statusCode" in answer else answer["policyDocument"]["Statement"][0]["Effect"]


@pytest.mark.usefixtures("table")
def test_event_has_the_outcome_in_its_name(event_name, invoke, read_event, put_secret, log):
    put_secret({"default-client": "an-example-and-nobodys-secret"})
    [announced] = [outcome for outcome in OUTCOMES if f"{event_name}-".startswith(f"{outcome}-")]
    if announced in FIRST:
        invoke(read_event(FIRST[announced]))
    before = len(log())
    expected, *messages = OUTCOMES[announced]
    assert outcome_of(invoke, read_event(event_name)) == expected
    assert {line["message"] for line in log()[before:]} == set(messages)


def test_samples_match_their_names(read_event, ask, table):
    assert json.loads(read_event("stored-full")["body"]).keys() == Submission.model_fields.keys()
    assert json.loads(read_event("stored-minimal")["body"]).keys() == {"externalConversationId"}
    assert ask("stored-ignored-fields").body["result"]["ignoredFields"] == ["channel", "lobname"]
    assert ask("refused-wrong-types").body["result"]["error"].count("; ") == 8
    assert read_event("stored-base64")["isBase64Encoded"] is True
    ask("stored-base64")
    assert table.item("会話-2026-10-29-0048215")["groupName"] == "サポート"
