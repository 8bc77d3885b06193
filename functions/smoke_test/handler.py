"""CodeDeploy's pre-traffic hook: tells it whether to shift traffic to the new versions."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aws_client import create_client
from smoke_test.conversation import PATIENT, run_smoke_test
from telemetry import defect_fields, record

# CodeDeploy waits an hour for a report that was lost.
_codedeploy = create_client("codedeploy", PATIENT)


def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Check the new versions and report to the deployment that waits for it."""
    line = {"requestId": context.aws_request_id, "deploymentId": event["DeploymentId"]}
    try:
        run_smoke_test()
    except Exception as defect:  # noqa: BLE001 -- whatever it was, the deployment waits to be told
        record("SmokeTestFailed", line | defect_fields(defect), level="ERROR")
        status = "Failed"
    else:
        record("SmokeTestPassed", line)
        status = "Succeeded"
    _codedeploy.put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status=status,
    )
