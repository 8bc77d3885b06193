"""The smoke test before traffic shifts: good versions pass, bad ones fail, and nothing stays in the table."""

import json
from io import BytesIO

import pytest
from botocore.stub import Stubber
from oracle import Context

from smoke_test import conversation, handler

HOOK = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "hook-1"}


@pytest.fixture
def run_smoke_test(monkeypatch, invoke, log, table, make_client):  # noqa: ARG001 -- the versions write to it
    """Runs the hook and checks its report to CodeDeploy, its log line, and that the table is empty afterwards.

    A keyword argument replaces the version of the function with that name.
    """

    def run(status, **replaced):
        def invoke_version(FunctionName, Payload):  # noqa: N803 -- Lambda's names
            try:
                response = replaced.get(FunctionName, invoke)(json.loads(Payload), FunctionName)
            except Exception as error:  # noqa: BLE001 -- Lambda, too, turns any exception into a response
                response = {"errorMessage": str(error)}
            return {"Payload": BytesIO(json.dumps(response).encode())}

        monkeypatch.setattr(conversation._lambda, "invoke", invoke_version)
        report = {"deploymentId": "d-1", "lifecycleEventHookExecutionId": "hook-1", "status": status}
        with Stubber(handler._codedeploy) as stub:
            stub.add_response("put_lifecycle_event_hook_execution_status", {}, report)
            handler.handle(HOOK, Context())
            stub.assert_no_pending_responses()
        assert log()[-1]["message"] == {"Succeeded": "SmokeTestPassed", "Failed": "SmokeTestFailed"}[status]
        assert make_client("dynamodb").scan(TableName="conversations")["Count"] == 0

    return run


def test_working_versions_pass(run_smoke_test, put_secret):
    put_secret({"acme": "secret"})
    run_smoke_test("Succeeded")


def _crash(*_):
    raise RuntimeError("boom")


@pytest.mark.parametrize(
    ("version", "behaviour"),
    [
        ("IngestFunction", _crash),
        ("ManyFunction", lambda *_: {"statusCode": 500, "body": "{}"}),
        ("IngestFunction", lambda *_: {"statusCode": 503, "body": "{}"}),
        # An older record.
        ("ReadFunction", lambda *_: {"statusCode": 200, "body": json.dumps({"events": ["single"]})}),
        ("AuthorizerFunction", _crash),
        # Accepts any secret.
        ("AuthorizerFunction", lambda *_: {"principalId": "anybody"}),
    ],
)
def test_a_broken_version_fails(run_smoke_test, put_secret, version, behaviour):
    put_secret({"acme": "secret"})
    run_smoke_test("Failed", **{version: behaviour})


def test_an_authorizer_that_cannot_read_the_secret_fails(run_smoke_test):
    run_smoke_test("Failed")
