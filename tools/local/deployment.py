"""Builds the service and deploys it to the emulator, as it would be deployed to AWS."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.command import Command
from tools.local import programs
from tools.local.emulated_aws import client
from tools.local.errors import StackError
from tools.local.process import run
from tools.local.step import step
from tools.local.template import adapt, gateway_responses

STACK = "conversation-metadata"
STAGE = "live"
BUCKET = "artifacts"


def deploy(folder: Path, endpoint: str, parameters: Mapping[str, str]) -> None:
    """Build into `folder` and deploy what was built, gateway responses included; `parameters` are the template's."""
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    environment = programs.sam_environment(endpoint)
    built = folder / "build/template.yaml"
    with step("Building the functions"):
        build(built.parent, environment)
    template = adapt(built)
    with step("Deploying the stack"):
        client("s3", endpoint).create_bucket(Bucket=BUCKET)
        target = ["--stack-name", STACK, "--s3-bucket", BUCKET, "--capabilities", "CAPABILITY_IAM"]
        options = ["--no-confirm-changeset", "--no-progressbar"]
        options += ["--parameter-overrides", *overrides] if overrides else []
        command = [*programs.SAM, "deploy", "--template-file", built, *target, *options]
        run(command, environment, folder / "deploy.log")
        _put_gateway_responses(gateway_responses(template), endpoint)


def build(folder: Path, environment: Mapping[str, str]) -> None:
    """Build into `folder`, of packages that were fetched before as far as there are."""
    words: Command = [*programs.SAM, "build", "--template", programs.ROOT / "template.yaml", "--build-dir", folder]
    log = folder.with_suffix(".log")
    try:
        run(words, {**environment, "UV_OFFLINE": "1"}, log)
    except StackError:
        run(words, environment, log)


def resource_id(logical_id: str, endpoint: str) -> str:
    """Return the physical id of a resource of the deployed stack."""
    stacks = client("cloudformation", endpoint)
    answer = stacks.describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
    return str(answer["StackResourceDetail"]["PhysicalResourceId"])


def outputs(endpoint: str) -> dict[str, str]:
    """Return the outputs of the deployed stack."""
    [stack] = client("cloudformation", endpoint).describe_stacks(StackName=STACK)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _put_gateway_responses(responses: list[dict[str, Any]], endpoint: str) -> None:
    """Do what AWS does by itself: the emulator ignores them in an API's definition."""
    gateway = client("apigateway", endpoint)
    api = resource_id("Api", endpoint)
    for response in responses:
        gateway.put_gateway_response(restApiId=api, **response)
    gateway.create_deployment(restApiId=api, stageName=STAGE)
