"""The published contract holds over HTTP: openapi.yaml documents the response to any request."""

import json
from uuid import uuid4

import pytest

from tests.infrastructure.test_changes import FROM_THE_DEFAULTS, values
from tools.command import run
from tools.contract import SINGLE
from tools.local.deployment import deploy
from tools.local.emulated_aws import client
from tools.local.programs import ROOT

from .size import FULL, size

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,ignored_auth"
)
REQUESTS = size(50, 2_000)

# The emulator supports the firewall in part and cannot update an API. The DNS record needs a zone.
EVERY_OPTION = values(" ".join(FROM_THE_DEFAULTS.values()))
UNSUPPORTED = {"AuthorizerCacheSeconds", "DisableDefaultEndpoint", "Firewall", "HostedZoneId"}


def test_generated_requests_get_the_documented_responses(stack, tmp_path, record_property):
    report = tmp_path / "report.json"
    headers = [word for header in stack.credentials.items() for word in ("--header", ": ".join(header))]
    command = [
        ROOT / ".tools/schemathesis/bin/python", "-m", "schemathesis.cli", "run", ROOT / "openapi.yaml", *headers,
        "--url", stack.url, "--checks", CHECKS, "--continue-on-failure", "--no-color", "--seed", "1",
        "--generation-database", "none", "--report", "json", "--report-json-path", report,
        # The coverage phase sends hundreds of requests for any number of examples.
        "--phases", "examples,coverage,fuzzing" if FULL else "examples,fuzzing",
        # Per route, of three.
        "--max-examples", str(REQUESTS // 2),
    ]  # fmt: skip
    ended = run(command, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    generated = json.loads(report.read_text())["test_cases"]["generated"]
    assert generated >= REQUESTS
    record_property("requests", generated)


@pytest.mark.skipif(not FULL, reason="It deploys once more: 'make reliability' does.")
def test_stack_works_with_every_option_on(stack):
    def expires():
        key = {"externalConversationId": str(uuid4())}
        assert stack.request("POST", SINGLE, json.dumps(key).encode()).status == 200
        item = {name: {"S": value} for name, value in key.items()}
        return "expiresAt" in client("dynamodb", stack.url).get_item(TableName=stack.table_name, Key=item)["Item"]

    assert not expires()
    deploy(stack.name, stack.url, {name: EVERY_OPTION[name] for name in EVERY_OPTION.keys() - UNSUPPORTED})
    assert expires()
    live = {"FunctionName": stack.functions["IngestFunction"], "Qualifier": "live"}
    assert client("lambda", stack.url).get_function_configuration(**live)["MemorySize"] == 2048
