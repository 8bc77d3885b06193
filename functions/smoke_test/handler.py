"""CodeDeploy pre-traffic hook: reports whether traffic may shift to the new versions."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from aws_client import create_client
from json_object import Json
from smoke_test.conversation import COLD_START_CONFIG, run_smoke_test
from telemetry import defect_fields, record

# If the report is lost, CodeDeploy waits an hour for it.
_codedeploy = create_client("codedeploy", COLD_START_CONFIG)


def handle(event: Json, context: LambdaContext) -> None:
    """Run the smoke test and report its result to the waiting deployment."""
    log_fields = {"requestId": context.aws_request_id, "deploymentId": event["DeploymentId"]}
    try:
        run_smoke_test()
    except Exception as error:  # noqa: BLE001 -- the deployment waits for a report of any failure
        record("SmokeTestFailed", log_fields | defect_fields(error), level="ERROR")
        status = "Failed"
    else:
        record("SmokeTestPassed", log_fields)
        status = "Succeeded"
    _codedeploy.put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status=status,
    )
