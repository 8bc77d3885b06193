"""Commands of developers and operators, run on the deployed stack."""

import json
import os
import re
import shutil
from socket import create_server
from types import SimpleNamespace

import pytest
from oracle import assert_error

from tools.command import run
from tools.contract import MANY, READ, SINGLE
from tools.errors import CommandError
from tools.local import deployment
from tools.local.emulated_aws import client
from tools.local.event import function_for, invoke, read_event
from tools.local.log import follow, log_lines
from tools.local.programs import ROOT
from tools.local.sample import curl


@pytest.mark.parametrize(
    ("name", "answer"),
    [("authorizer-allow", '"Effect": "Allow"'), ("authorizer-deny-wrong-secret", "401 Unauthorized")],
)
def test_the_stacks_secret_replaces_the_examples(stack, name, answer):
    event = read_event(ROOT / f"events/{name}.json")
    assert answer in invoke(event, function_for(event), stack.api_secret, stack.url)


def test_the_printed_curl_command_reaches_the_stack_behind_a_proxy(stack, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert run(["sh", "-c", curl(stack)]).stdout.startswith("HTTP/1.1 200")


def test_each_log_line_is_followed_once_without_lambdas_own(stack, conversation, monkeypatch):
    looks = iter(range(1_000))
    monkeypatch.setattr("tools.local.log.time", SimpleNamespace(sleep=lambda _: next(looks)))
    lines = follow(stack.functions.values(), stack.url)
    for _ in range(2):
        request_id = assert_error(stack.request("GET", f"{READ}?externalConversationId={conversation}"), "404-01")
        line = next(line for line in lines if conversation in line or "RequestId:" in line)
        assert json.loads(line)["requestId"] == request_id


def test_changed_sources_reach_the_functions_unless_they_do_not_compile(stack, tmp_path, submit, conversation):
    changed = tmp_path / "functions"
    shutil.copytree(ROOT / "functions", changed)
    handler = changed / "ingest/single.py"
    # The stack keeps the change, which prints a line when a function starts and does nothing else.
    handler.write_text(f"{handler.read_text()}\nprint('changed for {conversation}')\n")
    deployment.redeploy(stack.name, stack.url, changed)
    handler.write_text("import (")
    with pytest.raises(CommandError, match=r"ingest/single\.py"):
        deployment.redeploy(stack.name, stack.url, changed)

    assert submit({"externalConversationId": conversation}).status == 200
    assert f"changed for {conversation}" in log_lines(stack.functions["IngestFunction"], stack.url)


def test_the_smoke_test_of_a_deployment_passes(stack):
    """The emulator has no CodeDeploy to report to, so the function fails at its end. Its log has the result."""
    hook = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "hook-1"}
    function = stack.functions["SmokeTestFunction"]

    client("lambda", stack.url).invoke(FunctionName=function, Payload=json.dumps(hook))

    assert any('"message":"SmokeTestPassed"' in line for line in log_lines(function, stack.url))


@pytest.fixture
def load(stack):
    """Runs a load test of the deployed stack, with more options."""
    command = [ROOT / ".tools/locust/bin/python", "-m", "locust", "--locustfile", "tools/load.py"]

    def run_load(*options, secret=stack.api_secret):
        return run([*command, "--seconds", "3", *options], cwd=ROOT, env=os.environ | {"API_SECRET": secret})

    return run_load


@pytest.mark.parametrize(
    ("options", "sent"),
    [("--reads 0.7 --hot 1 --processes 2 --seconds 6", ["new", "read"]), ("--batches 0.9", ["batch", "new"])],
)
def test_a_load_test_names_its_target_and_gets_right_responses(stack, load, options, sent):
    # A cold start on a busy machine can take longer than the load test.
    stack.request("POST", MANY, b'{"items": [{"externalConversationId": "warm-up"}]}')
    for route in (f"{READ}?externalConversationId=warm-up", SINGLE):
        stack.request("GET" if "?" in route else "POST", route)
    ended = load("--url", stack.url, *options.split())
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith(f"Target: {stack.url} as {stack.api_id}: at most 20 requests per second, 4 users, ")
    assert ended.stdout.count("Report: .local/load/report.html\n") == 1
    _, percentiles = ended.stderr.split("Response time percentiles")
    assert all(re.search(rf" {name} .* [1-9]\d*$", percentiles, re.MULTILINE) for name in sent), percentiles


def test_a_load_test_without_a_response_fails(load):
    with create_server(("127.0.0.1", 0)) as silent:
        ended = load("--url", f"http://127.0.0.1:{silent.getsockname()[1]}", "--seconds", "1", "--stop-timeout", "0")
    assert ended.returncode == 1
    assert "There was no response at all" in ended.stderr


@pytest.mark.parametrize(
    ("options", "secret", "reason"),
    [
        ("", "secret", "one of the arguments --local --url is required"),
        ("--url http://127.0.0.1:1/metadata-ingestion/v1", "secret", "is no base URL. Pass one such as https://"),
        ("--url http://127.0.0.1:1 --reads 0.6 --batches 0.6", "secret", "the sum of the last two from 0 to 1"),
        ("--url http://127.0.0.1:1", "", "API_SECRET is not set"),
    ],
)
def test_a_load_test_with_a_mistake_sends_nothing(load, options, secret, reason):
    ended = load(*options.split(), secret=secret)
    assert (ended.returncode != 0, ended.stdout) == (True, "")
    assert reason in ended.stderr
