"""Deploys the service to the emulator: the artifact that the functions have in AWS, and the same template."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.command import Command
from tools.local import programs
from tools.local.emulated_aws import client
from tools.local.process import run
from tools.local.step import step
from tools.template import load

STACK = "conversation-metadata"
_FUNCTIONS = programs.ROOT / "functions"
# The code of all functions in the emulated S3.
_BUCKET, _CODE = "artifacts", "code.zip"


def artifact(name: str) -> Path:
    """Return the folder of the artifact of a stack. The packages beside it outlive the stack."""
    return programs.LOCAL / "functions" / name


def build(name: str, python: str = programs.EMULATORS_PYTHON, sources: Path = _FUNCTIONS) -> None:
    """Build an artifact for an interpreter of this machine or, as `sam build` does, for a version of Lambda's."""
    folder = artifact(name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    command: Command = [sources / "packaging/build.sh", folder, python]
    run(command, programs.build_environment(), folder.with_suffix(".log"), sources)


def deploy(name: str, endpoint: str, parameters: Mapping[str, str] | None = None) -> None:
    """Build the functions and deploy the stack, or update it, with values for the template's parameters."""
    with step("Building the functions"):
        build(name)
    with step("Deploying the stack"):
        client("s3", endpoint).create_bucket(Bucket=_BUCKET)
        _upload(artifact(name), endpoint)
        template = adapted_template()
        stacks = client("cloudformation", endpoint)
        exists = bool(stacks.describe_stacks()["Stacks"])
        (stacks.update_stack if exists else stacks.create_stack)(
            StackName=STACK,
            TemplateBody=json.dumps(template),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()],
            # The emulator gives an API with this tag that id.
            Tags=[{"Key": "ms-custom-id", "Value": programs.API_ID}],
        )
        waiter = stacks.get_waiter("stack_update_complete" if exists else "stack_create_complete")
        waiter.wait(StackName=STACK, WaiterConfig={"Delay": 0.1, "MaxAttempts": 600})
        _put_gateway_responses(template, endpoint)


def redeploy(name: str, endpoint: str, sources: Path = _FUNCTIONS) -> None:
    """Publish a version of every function from the sources as they are now."""
    with step("Building the functions"):
        build(name, sources=sources)
    with step("Updating the functions"):
        _upload(artifact(name), endpoint)
        deployed = client("lambda", endpoint)
        active = deployed.get_waiter("published_version_active")
        for function in functions(endpoint).values():
            deployed.update_function_code(FunctionName=function, S3Bucket=_BUCKET, S3Key=_CODE)
            version = deployed.publish_version(FunctionName=function)["Version"]
            active.wait(FunctionName=function, Qualifier=version, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300})
            for alias in deployed.list_aliases(FunctionName=function)["Aliases"]:
                deployed.update_alias(FunctionName=function, Name=alias["Name"], FunctionVersion=version)


def outputs(endpoint: str) -> dict[str, str]:
    """Return the outputs of the deployed stack."""
    [stack] = client("cloudformation", endpoint).describe_stacks(StackName=STACK)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def functions(endpoint: str) -> dict[str, str]:
    """Return the names of the deployed functions by their names in the template."""
    deployed = outputs(endpoint).items()
    return {output.removesuffix("Name"): name for output, name in deployed if output.endswith("FunctionName")}


def adapted_template() -> dict[str, Any]:
    """Return the template without what the emulator rejects, and with the place of the code.

    It supports neither nested applications nor CodeDeploy, and rejects them even under a false condition.
    """
    template = load("template.yaml")
    del template["Resources"]["Monitoring"], template["Outputs"]["AlarmTopicArn"]
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"].pop("DeploymentPreference", None)
    everywhere = template["Globals"]["Function"]
    everywhere.pop("DeploymentPreference")
    everywhere["CodeUri"] = f"s3://{_BUCKET}/{_CODE}"
    return template


def _put_gateway_responses(template: dict[str, Any], endpoint: str) -> None:
    """Do what AWS does by itself: the emulator ignores the gateway responses in an API's definition."""
    gateway, api = client("apigateway", endpoint), outputs(endpoint)["ApiId"]
    for kind, response in template["Resources"]["Api"]["Properties"]["GatewayResponses"].items():
        headers = response["ResponseParameters"]["Headers"]
        gateway.put_gateway_response(
            restApiId=api,
            responseType=kind,
            statusCode=str(response["StatusCode"]),
            responseTemplates=response["ResponseTemplates"],
            responseParameters={f"gatewayresponse.header.{name}": value for name, value in headers.items()},
        )
    gateway.create_deployment(restApiId=api, stageName=programs.STAGE)


def _upload(folder: Path, endpoint: str) -> None:
    """Upload an artifact for the functions."""
    archive = folder.with_suffix(".zip")
    # Not compressed: packing and unpacking would take longer than the rest of the deployment.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        for path in folder.rglob("*"):
            packed.write(path, path.relative_to(folder))
    client("s3", endpoint).upload_file(str(archive), _BUCKET, _CODE)
