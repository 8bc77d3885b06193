"""The published contract: it is what the models and errors say, and the template's routes are its routes."""

import json

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from ingest import many
from tools.openapi import document, schemas

DOCUMENT = document.document()
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}


def contents():
    for route, operation in OPERATIONS.items():
        if "requestBody" in operation:
            yield pytest.param(operation["requestBody"]["content"], id=f"{route} request")
        for status, response in operation["responses"].items():
            yield pytest.param(response["content"], id=f"{route} {status}")


def errors_of(instance, schema):
    # The components come along, so that references are found.
    validator = Draft202012Validator(schema | {"components": DOCUMENT["components"]}, format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(instance)]


def test_the_file_is_up_to_date():
    assert document.FILE.read_text() == document.text(), "Run: python -m tools.openapi"


def test_the_file_holds_the_document():
    assert yaml.safe_load(document.text()) == DOCUMENT


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
    assert [scheme["name"] for scheme in DOCUMENT["components"]["securitySchemes"].values()] == asked_for


@pytest.mark.parametrize("content", list(contents()))
def test_each_body_has_examples_which_fit_its_schema(content):
    [body] = content.values()
    assert body["examples"]
    for example in body["examples"].values():
        assert errors_of(example["value"], body["schema"]) == []


@pytest.mark.parametrize("route", OPERATIONS)
def test_each_error_that_api_gateway_makes_is_in_it(template, route):
    responses = OPERATIONS[route]["responses"]
    for made in template["Resources"]["Api"]["Properties"]["GatewayResponses"].values():
        [text] = made["ResponseTemplates"].values()
        body = json.loads(text)
        status = str(made["StatusCode"])
        # The routes' own: an unknown path, or a body, is no matter of theirs.
        if status in responses and "error" in body:
            assert errors_of(body, responses[status]["content"]["application/json"]["schema"]) == []


def test_its_batches_are_as_long_as_the_services():
    assert schemas.MAX_ITEMS == many.MAX_ITEMS


def test_a_submission_of_another_shape_does_not_fit_it():
    schema = DOCUMENT["components"]["schemas"]["Submission"]
    assert errors_of({}, schema)
    assert errors_of({"externalConversationId": " "}, schema)
    assert errors_of({"externalConversationId": "c", "platform": "ios"}, schema)
    assert errors_of({"externalConversationId": "c", "lobId": 7}, schema)
    assert errors_of({"externalConversationId": "c", "attributes": {}}, schema)
    assert not errors_of({"externalConversationId": "c", "lobId": None, "unknown": 7}, schema)
