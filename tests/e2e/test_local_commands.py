"""What a developer or an operator runs on the deployed stack."""

import json
import re
import shutil

import pytest

from tools.load.__main__ import REPORT, parse, run
from tools.local import redeploy
from tools.local.emulated_aws import client
from tools.local.event import function_for, invoke, read_event
from tools.local.log import log_lines
from tools.local.programs import ROOT


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("authorizer-allow", '"Effect": "Allow"'),
        ("authorizer-deny-wrong-secret", "denied: 401"),
        ("stored-minimal", '"statusCode": 200'),
    ],
)
def test_an_event_is_answered_by_its_function_which_gets_the_stacks_own_secret(stack, name, answer):
    event = read_event(ROOT / f"events/{name}.json")
    assert answer in invoke(event, function_for(event), stack.api_secret, stack.endpoint)


def test_each_log_line_is_followed_once_and_lambdas_own_are_left_out(submit, followed, conversation):
    for event_id in ("e1", "e2"):
        submit({"externalConversationId": conversation, "eventId": event_id})
        assert json.loads(followed(conversation))["eventId"] == event_id


def test_changed_sources_are_taken_up_without_a_deployment(
    stack, monkeypatch, tmp_path, submit, followed, conversation
):
    changed = tmp_path / "functions"
    shutil.copytree(redeploy._SOURCES, changed)
    # The stack keeps the change, which says something when a function starts and does nothing else.
    with (changed / "ingest/handler.py").open("a") as handler:
        handler.write(f"\nprint('changed for {conversation}')\n")
    monkeypatch.setattr(redeploy, "_SOURCES", changed)

    redeploy.redeploy(stack.log.parent, stack.endpoint)

    assert submit({"externalConversationId": conversation}).status == 200
    assert followed("changed for") == f"changed for {conversation}"


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
    words = ["--url", stack.url, "--api-id", stack.api_id, "--seconds", "2", "--rate", "20", "--hot", "0.5"]

    assert run(parse(words))

    _, percentiles = capfd.readouterr().err.split("Response time percentiles")
    assert re.search(r" new .* [1-9]\d*$", percentiles, re.MULTILINE)
    assert "<html" in REPORT.read_text()
