"""The check before traffic shifts: it lets good versions pass, stops bad ones, and leaves nothing behind."""

import json
from io import BytesIO

import boto3
import pytest
from botocore.stub import Stubber

from authorizer import credentials
from smoke_test import conversation
from smoke_test import handler as check_handler

HOOK = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "hook-1"}


@pytest.fixture(name="secret")
def _secret(aws):  # noqa: ARG001 -- the AWS that the secret is in
    boto3.client("secretsmanager").create_secret(Name="credentials", SecretString='{"somebody": "secret"}')


@pytest.fixture
def versions(monkeypatch, handler, context):
    """The versions that Lambda would call, by name; each may be replaced."""
    monkeypatch.setattr(credentials, "_cache", (0, ({}, {})))
    callable_versions = {
        name: handler(name) for name in ("IngestFunction", "ManyFunction", "ReadFunction", "AuthorizerFunction")
    }

    def invoke(**request):
        try:
            answer = callable_versions[request["FunctionName"]](json.loads(request["Payload"]), context)
        except Exception as error:  # noqa: BLE001 -- Lambda, too, makes an answer of any exception
            answer = {"errorMessage": str(error)}
        return {"Payload": BytesIO(json.dumps(answer).encode())}

    monkeypatch.setattr(conversation._lambda, "invoke", invoke)
    return callable_versions


@pytest.fixture
def verdict(context):
    """Run the hook; return what it has told CodeDeploy."""
    told = {}

    def remember(params, **_):
        told.update(params)

    def run():
        codedeploy = check_handler._codedeploy
        codedeploy.meta.events.register("provide-client-params.codedeploy.*", remember, unique_id="remember")
        with Stubber(codedeploy) as stub:
            stub.add_response("put_lifecycle_event_hook_execution_status", {})
            check_handler.handle(HOOK, context)
            stub.assert_no_pending_responses()
        codedeploy.meta.events.unregister("provide-client-params.codedeploy.*", unique_id="remember")
        assert told["deploymentId"] == "d-1"
        assert told["lifecycleEventHookExecutionId"] == "hook-1"
        return told["status"]

    return run


@pytest.fixture
def conversations(table):  # noqa: ARG001 -- the table that they are in
    """How many conversations the table holds."""
    return lambda: boto3.client("dynamodb").scan(TableName="conversations")["Count"]


@pytest.mark.usefixtures("secret", "versions")
def test_versions_that_work_get_the_traffic(conversations, verdict, log):
    assert verdict() == "Succeeded"
    assert log()[-1]["message"] == "SmokeTestPassed"
    assert conversations() == 0


def _crash(*_):
    raise RuntimeError("boom")


def _answer_500(*_):
    return {"statusCode": 500, "body": "{}"}


def _answer_with_an_older_record(*_):
    return {"statusCode": 200, "body": json.dumps({"events": ["single"]})}


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize(
    ("version", "behaviour"),
    [
        ("IngestFunction", _crash),
        ("ManyFunction", _answer_500),
        ("ReadFunction", _crash),
        ("ReadFunction", _answer_with_an_older_record),
        ("AuthorizerFunction", _crash),
    ],
)
def test_a_version_that_does_not_work_gets_no_traffic(conversations, versions, verdict, log, version, behaviour):
    versions[version] = behaviour

    assert verdict() == "Failed"
    assert log()[-1]["message"] == "SmokeTestFailed"
    assert conversations() == 0


@pytest.mark.usefixtures("secret", "table")
def test_an_authorizer_that_lets_everybody_in_gets_no_traffic(versions, verdict):
    versions["AuthorizerFunction"] = lambda *_: {"principalId": "anybody"}

    assert verdict() == "Failed"


@pytest.mark.usefixtures("table", "versions")
def test_an_authorizer_that_cannot_read_the_secret_gets_no_traffic(verdict):
    assert verdict() == "Failed"
