"""The smoke test before traffic shifts: it lets good versions pass, stops bad ones, and leaves nothing behind."""

import json
from io import BytesIO

import pytest
from botocore.stub import Stubber

from smoke_test import conversation, handler

HOOK = {"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "hook-1"}


@pytest.fixture
def run_smoke_test(monkeypatch, invoke, context, log, table, make_client):  # noqa: ARG001 -- the table that they write to
    """Runs the hook and checks that it tells CodeDeploy a verdict, logs it, and leaves nothing in the table.

    A version of a function, by its name, may be replaced by another.
    """

    def run(status, **replaced):
        def invoke_version(FunctionName, Payload):  # noqa: N803 -- Lambda's
            try:
                answer = replaced.get(FunctionName, invoke)(json.loads(Payload), FunctionName)
            except Exception as error:  # noqa: BLE001 -- Lambda, too, makes an answer of any exception
                answer = {"errorMessage": str(error)}
            return {"Payload": BytesIO(json.dumps(answer).encode())}

        monkeypatch.setattr(conversation._lambda, "invoke", invoke_version)
        told = {"deploymentId": "d-1", "lifecycleEventHookExecutionId": "hook-1", "status": status}
        with Stubber(handler._codedeploy) as stub:
            stub.add_response("put_lifecycle_event_hook_execution_status", {}, told)
            handler.handle(HOOK, context)
            stub.assert_no_pending_responses()
        assert log()[-1]["message"] == {"Succeeded": "SmokeTestPassed", "Failed": "SmokeTestFailed"}[status]
        assert make_client("dynamodb").scan(TableName="conversations")["Count"] == 0

    return run


def test_versions_that_work_get_the_traffic(run_smoke_test, put_secret):
    put_secret({"somebody": "secret"})
    run_smoke_test("Succeeded")


def _crash(*_):
    raise RuntimeError("boom")


@pytest.mark.parametrize(
    ("version", "behaviour"),
    [
        ("IngestFunction", _crash),
        ("ManyFunction", lambda *_: {"statusCode": 500, "body": "{}"}),
        ("ReadFunction", _crash),
        ("IngestFunction", lambda *_: {"statusCode": 503, "body": "{}"}),
        # An older record.
        ("ReadFunction", lambda *_: {"statusCode": 200, "body": json.dumps({"events": ["single"]})}),
        ("AuthorizerFunction", _crash),
        # Lets everybody in.
        ("AuthorizerFunction", lambda *_: {"principalId": "anybody"}),
    ],
)
def test_a_version_that_does_not_work_gets_no_traffic(run_smoke_test, put_secret, version, behaviour):
    put_secret({"somebody": "secret"})
    run_smoke_test("Failed", **{version: behaviour})


def test_an_authorizer_that_cannot_read_the_secret_gets_no_traffic(run_smoke_test):
    run_smoke_test("Failed")
