"""openapi.yaml: it says what the models, the errors, and the template say."""

import json
import re

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from ingest import limits
from ingest.errors import NotFoundError, ServiceError
from ingest.models import Submission
from tests.conftest import ROOT, ROUTES, TEMPLATE
from tools.contract import ERRORS, WITH_RETRY_AFTER

DOCUMENT = yaml.safe_load((ROOT / "openapi.yaml").read_text())
COMPONENTS = DOCUMENT["components"]
SCHEMAS = COMPONENTS["schemas"]
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
    validator = Draft202012Validator(SCHEMAS[schema] | {"components": COMPONENTS}, format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(instance)]


def fields_of(schema):
    """Return each field's schema without null, references, and the model's titles and defaults."""

    def plain(field):
        for kind in field.get("anyOf", []):
            field = {word: value for word, value in kind.items() if kind != {"type": "null"}} | field
        field = SCHEMAS.get(field.get("$ref", "").rpartition("/")[2], {}) | field
        kinds = field["type"]
        field["type"] = kinds[0] if isinstance(kinds, list) else kinds
        return {word: value for word, value in field.items() if word not in {"$ref", "anyOf", "default", "title"}}

    return {name: plain(field) for name, field in schema["properties"].items()}


def test_a_submissions_fields_are_those_of_the_model():
    declared = fields_of(Submission.model_json_schema())
    declared["attributes"] |= {"maxItems": limits.MAX_OBJECTS, "items": {"$ref": "#/components/schemas/Attribute"}}
    assert fields_of(SCHEMAS["Submission"]) == declared


def test_a_records_fields_are_those_of_a_submission_and_its_own():
    own = {"eventId", "attributes", "createdAt", "updatedAt", "updatedBy", "events"}
    record = fields_of(SCHEMAS["Conversation"])
    described_there = {
        name: {word: value for word, value in field.items() if word != "description"}
        for name, field in fields_of(SCHEMAS["Submission"]).items()
    }
    assert record == described_there | {name: record[name] for name in own}


def test_null_fits_every_optional_field_of_a_submission_and_none_of_a_record():
    nulls = dict.fromkeys(SCHEMAS["Submission"]["properties"])
    assert errors_of(nulls | {"externalConversationId": "c"}, "Submission") == []
    for name in nulls:
        assert "None is not of type" in str(errors_of({name: None}, "Conversation")), name


def test_its_limits_are_those_of_the_code():
    assert SCHEMAS["EventId"]["maxLength"] == limits.MAX_ID
    assert SCHEMAS["Name"]["maxLength"] == limits.MAX_NAME
    assert SCHEMAS["Value"]["maxLength"] == limits.MAX_STRING
    assert SCHEMAS["Attribute"]["maxProperties"] == limits.MAX_PAIRS
    for schema, entries in (("Submissions", "items"), ("Results", "results")):
        assert SCHEMAS[schema]["properties"][entries]["maxItems"] == limits.MAX_ENTRIES
    values, depth = f"{limits.MAX_VALUES:,} JSON values", f"nested at most {limits.MAX_DEPTH} deep"
    sizes = f"over {limits.MAX_BYTES // 1024} KiB, or a batch's over {limits.MAX_BATCH_BYTES // 1024**2} MiB"
    assert [limit for limit in (values, depth, sizes) if limit not in json.dumps(DOCUMENT)] == []


def test_a_results_error_begins_with_a_failure_of_the_service():
    # Only reading can fail with NotFoundError.
    errors = {ServiceError, *ServiceError.__subclasses__()} - {NotFoundError}
    failures = "|".join(sorted(error.failure for error in errors))
    assert SCHEMAS["Result"]["properties"]["error"]["pattern"] == rf"^$|^({failures}): ERROR: "


def test_server_variables_have_no_descriptions():
    # OpenAPI 3.1 allows them, but orval 7's parser reports them: https://github.com/APIDevTools/swagger-cli/issues/83
    assert "description" not in json.dumps([server["variables"] for server in DOCUMENT["servers"]])


def test_its_routes_and_credentials_are_those_of_the_template():
    assert OPERATIONS.keys() == {" ".join(route) for route in ROUTES}
    auth = TEMPLATE["Resources"]["Api"]["Properties"]["Auth"]
    asked_for = auth["Authorizers"][auth["DefaultAuthorizer"]]["Identity"]["Headers"]
    assert [scheme["name"] for scheme in COMPONENTS["securitySchemes"].values()] == asked_for


@pytest.mark.parametrize("body", [*REQUESTS.values(), *RESPONSES.values()], ids=map(str, [*REQUESTS, *RESPONSES]))
def test_each_body_has_examples_which_fit_its_schema(body):
    [content] = body["content"].values()
    schema = content["schema"]["$ref"].rpartition("/")[2]
    examples = [each["value"] for each in content.get("examples", {}).values()] or SCHEMAS[schema].get("examples")
    for example in examples or [content["example"]]:
        assert errors_of(example, schema) == []


def test_its_errors_are_those_of_the_contract():
    described = [
        (code, (status, message))
        for (_, status), response in RESPONSES.items()
        for code, message in re.findall(r"(\d{3}-\d{2}) ([\w ]+):", response["description"])
    ]
    assert dict(described) == ERRORS


def test_retry_after_is_declared_where_the_contract_has_it():
    assert {status for (_, status), response in RESPONSES.items() if "headers" in response} == WITH_RETRY_AFTER


def test_every_form_of_attributes_fits_it_and_no_other():
    def fits(*attributes):
        return not errors_of({"externalConversationId": "c", "attributes": [*attributes]}, "Submission")

    pairs = {"name": "n", "value": None}, {"key": "n", "value": [1, "v"], "type": "string"}, {"Key": "n", "Value": 1}
    assert fits(*pairs, {"n": "v", "m": {"o": 1}}, {})
    assert not any(fits(it) for it in ({"name": "n", "value": "v" * 1025}, {"n": "v" * 1025}, {"n" * 257: "v"}))
