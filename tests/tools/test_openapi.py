"""The published contract: it is what the models and errors say, and the template's routes are its routes."""

import json

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from oracle import ERRORS

from tools.openapi import collection, document
from tools.openapi.schemas import failures

DOCUMENT = document.document()
COMPONENTS = DOCUMENT["components"]
COLLECTION = collection.collection()
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}


def responses_of(operation):
    for status, response in operation["responses"].items():
        yield status, COMPONENTS["responses"][response["$ref"].rpartition("/")[2]] if "$ref" in response else response


def contents():
    for route, operation in OPERATIONS.items():
        if "requestBody" in operation:
            yield pytest.param(operation["requestBody"]["content"], id=f"{route} request")
        for status, response in responses_of(operation):
            yield pytest.param(response["content"], id=f"{route} {status}")


def errors_of(instance, schema):
    # The components come along, so that references are found.
    validator = Draft202012Validator(schema | {"components": COMPONENTS}, format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(instance)]


@pytest.mark.parametrize("made", [document, collection])
def test_the_file_is_up_to_date(made):
    assert made.FILE.read_text() == made.text(), "Run: make openapi"
    # JSON is YAML.
    assert yaml.safe_load(made.text()) in (DOCUMENT, COLLECTION)


def test_its_routes_are_the_routes_of_the_template(template):
    events = [
        event["Properties"]
        for resource in template["Resources"].values()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "Api"
    ]
    assert OPERATIONS.keys() == {f"{event['Method'].upper()} {event['Path']}" for event in events}


def test_its_credentials_are_the_headers_that_the_authorizer_asks_for(template):
    auth = template["Resources"]["Api"]["Properties"]["Auth"]
    asked_for = auth["Authorizers"][auth["DefaultAuthorizer"]]["Identity"]["Headers"]
    assert [scheme["name"] for scheme in COMPONENTS["securitySchemes"].values()] == asked_for


@pytest.mark.parametrize("content", list(contents()))
def test_each_body_has_examples_which_fit_its_schema(content):
    [body] = content.values()
    assert body["examples"]
    for example in body["examples"].values():
        assert errors_of(example["value"], body["schema"]) == []


def test_its_errors_are_those_of_the_contract():
    examples = [
        (status, example["value"]["error"])
        for operation in OPERATIONS.values()
        for status, response in responses_of(operation)
        for example in response["content"]["application/json"]["examples"].values()
        if "error" in example["value"]
    ]
    assert {error["code"]: (int(status), error["message"]) for status, error in examples} == ERRORS


@pytest.mark.parametrize("route", OPERATIONS)
def test_each_error_that_api_gateway_makes_is_in_it(template, route):
    responses = dict(responses_of(OPERATIONS[route]))
    for made in template["Resources"]["Api"]["Properties"]["GatewayResponses"].values():
        [text] = made["ResponseTemplates"].values()
        body = json.loads(text)
        status = str(made["StatusCode"])
        # The routes' own: an unknown path, or a body, is no matter of theirs.
        if status in responses and "error" in body:
            assert errors_of(body, responses[status]["content"]["application/json"]["schema"]) == []
            assert body["error"]["code"] in json.dumps(responses[status]["content"])


@pytest.mark.parametrize(
    "submission",
    [
        {},
        {"externalConversationId": ""},
        {"externalConversationId": " "},
        {"externalConversationId": "c", "platform": "ios"},
        {"externalConversationId": "c", "lobId": 7},
        {"externalConversationId": "c", "attributes": {}},
        {"externalConversationId": "c", "attributes": [{}] * 11},
        {"externalConversationId": "c", "attributes": [{"name": "n", "value": "v" * 1025}]},
        {"externalConversationId": "c", "attributes": [{"n": "v" * 1025}]},
        {"externalConversationId": "c", "attributes": [{"n" * 257: "v"}]},
        {"externalConversationId": "c", "attributes": [{str(number): 1 for number in range(101)}]},
    ],
)
def test_a_submission_of_another_shape_does_not_fit_it(submission):
    assert errors_of(submission, COMPONENTS["schemas"]["Submission"])


@pytest.mark.parametrize(
    "rest",
    [
        {"lobId": None, "unknown": 7},
        {"attributes": None},
        {"attributes": [{"name": "n", "value": None}, {"key": "n", "value": [1, "v"]}, {"Key": "n", "Value": 1}]},
        {"attributes": [{"name": "n", "value": "v", "type": "string"}, {"n": "v", "m": {"o": 1}}, {}]},
    ],
)
def test_every_form_that_is_accepted_fits_it(rest):
    assert errors_of({"externalConversationId": "c"} | rest, COMPONENTS["schemas"]["Submission"]) == []


def test_a_result_fails_with_a_name_that_the_service_knows():
    schema = COMPONENTS["schemas"]["Result"]
    for error in ["", *(f"{name}: ERROR: why" for name in failures())]:
        assert errors_of({"eventId": "e", "error": error}, schema) == []
    for error in ["why", "FAIL_NOT_FOUND: ERROR: why", "FAIL_THROTTLED"]:
        assert errors_of({"eventId": "e", "error": error}, schema)
