"""The files in events/: each has the outcome that its name announces."""

import json
import os

import pytest

from authorizer.handler import UnauthorizedError
from ingest.models import Submission

# How a name begins: what the caller gets, a status, an effect or an error, and what the log says.
OUTCOMES = {
    "authorizer-allow": ("Allow", "Authorized"),
    "authorizer-deny": ("Unauthorized", "Unauthorized"),
    "duplicate": (200, "Duplicate"),
    "found": (200, "Found"),
    "many-partly-refused": (200, "Stored", "Refused"),
    "many-stored": (200, "Stored"),
    "not-found": (404, "NotFound"),
    "refused": (400, "Refused"),
    "stored": (200, "Stored"),
    "too-large": (413, "TooLarge"),
}
# What has to be sent before.
FIRST = {"duplicate": "stored-full", "found": "many-stored"}


@pytest.fixture
def secret(aws, secretsmanager):  # noqa: ARG001 -- the secret is in there
    content = json.dumps({"default-client": "an-example-and-nobodys-secret"})
    secretsmanager.create_secret(Name=os.environ["CREDENTIALS_SECRET_ARN"], SecretString=content)


@pytest.fixture
def result_of(invoke, read_event):
    """Sends an event by its name; gives the contract's result object."""
    return lambda name: json.loads(invoke(read_event(name))["body"])["result"]


def outcome_of(invoke, event):
    try:
        answer = invoke(event)
    except UnauthorizedError as error:
        return str(error)
    return answer["statusCode"] if "statusCode" in answer else answer["policyDocument"]["Statement"][0]["Effect"]


@pytest.mark.usefixtures("table", "secret")
def test_every_event_has_the_outcome_that_its_name_announces(event_name, invoke, read_event, log):
    [announced] = [outcome for outcome in OUTCOMES if f"{event_name}-".startswith(f"{outcome}-")]
    if announced in FIRST:
        invoke(read_event(FIRST[announced]))
    before = len(log())
    expected, *messages = OUTCOMES[announced]
    assert outcome_of(invoke, read_event(event_name)) == expected
    assert {line["message"] for line in log()[before:]} == set(messages)


def test_the_refused_sample_has_a_mistake_in_every_kind_of_field(result_of):
    problems = result_of("refused-wrong-types")["error"].removeprefix("FAIL_BAD_PARAMS: ERROR: ").split("; ")
    assert {problem.partition(":")[0] for problem in problems} == {
        "externalConversationId", "eventId", "lobId", "deviceType", "platform", "companySegment", "operatingSystem",
        "browserVersion", "attributes",
    }  # fmt: skip


def test_the_full_sample_has_every_field_of_the_contract(read_event):
    assert json.loads(read_event("stored-full")["body"]).keys() == Submission.model_fields.keys()


def test_the_minimal_sample_has_what_is_required_alone(read_event):
    assert json.loads(read_event("stored-minimal")["body"]).keys() == {"externalConversationId"}


def test_the_duplicate_is_not_the_same_text(read_event):
    assert read_event("duplicate")["body"] != read_event("stored-full")["body"]


def test_the_base64_sample_is_stored_decoded(read_event, result_of, table):
    assert read_event("stored-base64")["isBase64Encoded"] is True
    result_of("stored-base64")
    assert table.item("会話-2026-10-29-0048215")["groupName"] == "サポート"


@pytest.mark.usefixtures("table")
def test_ignored_fields_are_told_where_the_name_announces_it(result_of):
    assert result_of("stored-ignored-fields")["ignoredFields"] == ["channel", "lobname"]


def test_every_event_is_whole_and_looks_as_if_api_gateway_had_made_it(event_name, read_event):
    event = read_event(event_name)
    assert {name: texts[-1] for name, texts in event["multiValueHeaders"].items()} == event["headers"]
    request = event["requestContext"]
    assert request["stage"] == "live"
    assert request["path"] == f"/live{event['path']}"
    assert request["resourcePath"] == event["resource"]
    assert request["httpMethod"] == event["httpMethod"]
    if event_name.startswith("authorizer"):
        assert event["methodArn"].endswith(f"/live/{event['httpMethod']}{event['path']}")
        assert "authorizer" not in request
    else:
        assert request["authorizer"]["principalId"] == event["headers"]["asapp-api-id"]
