"""openapi.yaml: it says what the models, the errors, and the template say."""

import json

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from oracle import ERRORS, WITH_RETRY_AFTER

from ingest import limits
from tools.openapi import document

DOCUMENT = document.document()
COMPONENTS = DOCUMENT["components"]
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
RESPONSES = {
    (route, int(status)): COMPONENTS["responses"][answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
    for route, operation in OPERATIONS.items()
    for status, answer in operation["responses"].items()
}
REQUESTS = {route: operation["requestBody"] for route, operation in OPERATIONS.items() if "requestBody" in operation}


def errors_of(instance, schema):
    # The components come along, so that references are found.
    validator = Draft202012Validator(schema | {"components": COMPONENTS}, format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(instance)]


def test_the_file_is_up_to_date():
    assert document.FILE.read_text() == document.text(), "Run: make openapi"
    assert yaml.safe_load(document.text()) == DOCUMENT


def test_limits_in_descriptions_are_those_of_the_code():
    values, depth = f"{limits.MAX_VALUES:,} JSON values", f"nested at most {limits.MAX_DEPTH} deep"
    sizes = f"over {limits.MAX_BYTES // 1024} KiB, or a batch's over {limits.MAX_BATCH_BYTES // 1024**2} MiB"
    assert [limit for limit in (values, depth, sizes) if limit not in json.dumps(DOCUMENT)] == []


def test_server_variables_have_no_descriptions():
    # OpenAPI 3.1 allows them, but orval 7's parser reports them: https://github.com/APIDevTools/swagger-cli/issues/83
    assert all(
        "description" not in variable for server in DOCUMENT["servers"] for variable in server["variables"].values()
    )


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


@pytest.mark.parametrize("body", [*REQUESTS.values(), *RESPONSES.values()], ids=map(str, [*REQUESTS, *RESPONSES]))
def test_each_body_has_examples_which_fit_its_schema(body):
    [content] = body["content"].values()
    assert content["examples"]
    for example in content["examples"].values():
        assert errors_of(example["value"], content["schema"]) == []


def test_its_errors_are_those_of_the_contract():
    examples = [
        (status, example["value"]["error"])
        for (_, status), response in RESPONSES.items()
        for example in response["content"]["application/json"]["examples"].values()
        if "error" in example["value"]
    ]
    assert {error["code"]: (status, error["message"]) for status, error in examples} == ERRORS


def test_its_headers_are_those_of_the_contract():
    for (_, status), response in RESPONSES.items():
        retry_after = {"Retry-After"} if status in WITH_RETRY_AFTER else set()
        assert response["headers"].keys() == {"x-amzn-RequestId"} | retry_after


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


@pytest.mark.parametrize("error", ["why", "FAIL_NOT_FOUND: ERROR: why", "FAIL_THROTTLED"])
def test_a_result_does_not_fail_with_anything_else(error):
    assert errors_of({"eventId": "e", "error": error}, COMPONENTS["schemas"]["Result"])
