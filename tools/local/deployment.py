"""Builds the service and deploys it to the emulator, by SAM CLI, as it would be deployed to AWS."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from tools.command import Command
from tools.local import programs
from tools.local.emulated_aws import client
from tools.local.errors import StackError
from tools.local.process import run
from tools.local.step import step
from tools.local.template import BUCKET, CODE, adapt, gateway_responses

STACK = "conversation-metadata"
STAGE = "live"
BUILT_FUNCTION = "IngestFunction"


def deploy(folder: Path, endpoint: str, parameters: Mapping[str, str]) -> None:
    """Build into `folder` and deploy what was built, gateway responses included; `parameters` are the template's."""
    environment = programs.sam_environment(endpoint)
    built = folder / "build"
    with step("Building the functions"):
        build(built, environment)
    template = adapt(built / "template.yaml")
    with step("Deploying the stack"):
        client("s3", endpoint).create_bucket(Bucket=BUCKET)
        # Once: SAM CLI would pack and upload the same for each function.
        upload(built / BUILT_FUNCTION, endpoint)
        words: Command = [*programs.SAM, "deploy", "--template-file", built / "template.yaml", "--stack-name", STACK]
        options = ["--s3-bucket", BUCKET, "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset"]
        overrides = [f"{name}={value}" for name, value in parameters.items()]
        options += ["--parameter-overrides", *overrides] if overrides else []
        run([*words, *options], environment, folder / "deploy.log")
        # AWS does so by itself: the emulator ignores them in an API's definition.
        gateway, api = client("apigateway", endpoint), resource_id("Api", endpoint)
        for response in gateway_responses(template):
            gateway.put_gateway_response(restApiId=api, **response)
        gateway.create_deployment(restApiId=api, stageName=STAGE)


def build(folder: Path, environment: Mapping[str, str]) -> None:
    """Build one function, whose artifact is every function's, of packages that were fetched before if they were."""
    words: Command = [*programs.SAM, "build", BUILT_FUNCTION, "--template", programs.ROOT / "template.yaml"]
    words = [*words, "--build-dir", folder]
    log = folder.with_suffix(".log")
    try:
        run(words, {**environment, "UV_OFFLINE": "1"}, log)
    except StackError:
        run(words, environment, log)


def upload(artifact: Path, endpoint: str) -> None:
    """Put an artifact where the functions' code is taken from."""
    archive = shutil.make_archive(str(artifact), "zip", artifact)
    client("s3", endpoint).upload_file(archive, BUCKET, CODE)


def resource_id(logical_id: str, endpoint: str) -> str:
    """Return the physical id of a resource of the deployed stack."""
    stacks = client("cloudformation", endpoint)
    answer = stacks.describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
    return str(answer["StackResourceDetail"]["PhysicalResourceId"])


def outputs(endpoint: str) -> dict[str, str]:
    """Return the outputs of the deployed stack."""
    [stack] = client("cloudformation", endpoint).describe_stacks(StackName=STACK)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def functions(endpoint: str) -> dict[str, str]:
    """Return the names of the deployed functions by those in the template."""
    deployed = outputs(endpoint).items()
    return {output.removesuffix("Name"): name for output, name in deployed if output.endswith("FunctionName")}
