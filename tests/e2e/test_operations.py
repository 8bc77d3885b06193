"""The operators' commands and the load test, on the deployed stack."""

import json
from uuid import uuid4

import pytest

from tools.load.__main__ import REPORT
from tools.load.__main__ import parse as parse_load
from tools.load.__main__ import run as run_load
from tools.local.emulated_aws import client
from tools.local.log import log_lines
from tools.operations.__main__ import main
from tools.operations.target import Target


@pytest.fixture
def ops(stack, monkeypatch, capsys, tmp_path):
    """Runs an operator's command on the stack, in a folder of its own; returns what it printed."""
    monkeypatch.chdir(tmp_path)
    target = Target(lambda service: client(service, stack.endpoint), stack.table_name, stack.secret_arn)
    monkeypatch.setattr("tools.operations.__main__.find_target", lambda *_, **__: target)

    def run(*words):
        monkeypatch.setattr("sys.argv", ["ops", *words])
        main()
        return capsys.readouterr().out

    return run


def test_a_client_is_added_and_rotated_and_removed(stack, ops):
    secrets = client("secretsmanager", stack.endpoint)

    def read(stage):
        return json.loads(secrets.get_secret_value(SecretId=stack.secret_arn, VersionStage=stage)["SecretString"])

    before = read("AWSCURRENT")
    ops("clients", "add", "operated")
    ops("clients", "rotate", "operated")

    assert read("AWSCURRENT")["operated"] != read("AWSPREVIOUS")["operated"]
    assert "operated  (being rotated" in ops("clients", "list")
    ops("clients", "remove", "operated")
    assert read("AWSCURRENT") == before
    assert "operated" not in read("AWSPREVIOUS")


def test_an_erased_conversation_is_gone(stack, submit, ops):
    conversation = str(uuid4())
    submit({"externalConversationId": conversation})

    ops("conversations", "erase", conversation)

    answer = client("dynamodb", stack.endpoint).get_item(
        TableName=stack.table_name, Key={"externalConversationId": {"S": conversation}}
    )
    assert "Item" not in answer


def test_the_check_before_a_deployment_passes_and_leaves_nothing(stack):
    """The emulator has no CodeDeploy to report to, so the function fails at its end; its log tells how it went."""
    hook = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "hook-1"}
    function = stack.functions["SmokeTestFunction"]

    client("lambda", stack.endpoint).invoke(FunctionName=function, Payload=json.dumps(hook))

    assert any('"message":"SmokeTestPassed"' in line for line in log_lines(function, stack.endpoint))
    pages = client("dynamodb", stack.endpoint).get_paginator("scan").paginate(TableName=stack.table_name)
    keys = [item["externalConversationId"]["S"] for page in pages for item in page["Items"]]
    assert not [key for key in keys if key.startswith("smoke-test-")]


def test_load_is_answered_as_the_contract_says_and_reported(stack, monkeypatch, capfd):
    monkeypatch.setenv("API_SECRET", stack.api_secret)
    words = ["--url", stack.url, "--api-id", stack.api_id, "--seconds", "4", "--rate", "20", "--hot", "0.5"]

    assert run_load(parse_load(words))

    told = capfd.readouterr().out
    assert "in all" in told
    assert "p99 ms" in told
    kinds = {kind["name"]: kind for kind in json.loads((REPORT / "report.json").read_text())}
    assert kinds["new"]["num_requests"] > 0
    assert all(kind["num_failures"] == 0 for kind in kinds.values())
    assert "<html" in (REPORT / "report.html").read_text()
