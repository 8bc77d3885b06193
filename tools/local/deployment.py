"""Builds the service and deploys it to the emulator, by SAM CLI, as it would be deployed to AWS."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tools.command import Command
from tools.local import programs
from tools.local.emulated_aws import client
from tools.local.errors import StackError
from tools.local.process import run
from tools.local.step import step

STACK = "conversation-metadata"
BUILT_FUNCTION = "IngestFunction"
_SOURCES = programs.ROOT / "functions"
# Where the functions' code is uploaded to.
_BUCKET, _CODE = "artifacts", "code.zip"


def deploy(folder: Path, endpoint: str, parameters: Mapping[str, str] | None = None) -> None:
    """Build into `folder` and deploy what was built, gateway responses included; `parameters` are the template's."""
    environment = programs.sam_environment(endpoint)
    built = folder / "build"
    with step("Building the functions"):
        build(built, environment)
    template = _adapt(built / "template.yaml")
    with step("Deploying the stack"):
        client("s3", endpoint).create_bucket(Bucket=_BUCKET)
        # Once: SAM CLI would pack and upload the same for each function.
        _upload(built / BUILT_FUNCTION, endpoint)
        words: Command = [*programs.SAM, "deploy", "--template-file", built / "template.yaml", "--stack-name", STACK]
        options = ["--s3-bucket", _BUCKET, "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset"]
        # The emulator gives an API with this tag that id.
        options += ["--tags", f"ms-custom-id={programs.API_ID}"]
        if parameters:
            options += ["--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())]
        run([*words, *options], environment, folder / "deploy.log")
        _put_gateway_responses(template, endpoint)


def build(folder: Path, environment: Mapping[str, str]) -> None:
    """Build one function, whose artifact is every function's, of packages that were fetched before if they were."""
    template = programs.ROOT / "template.yaml"
    words: Command = [*programs.SAM, "build", BUILT_FUNCTION, "--template", template, "--build-dir", folder]
    log = folder.with_suffix(".log")
    try:
        run(words, {**environment, "UV_OFFLINE": "1"}, log)
    except StackError:
        run(words, environment, log)


def redeploy(folder: Path, endpoint: str) -> None:
    """Publish a version of every function with the sources as they are now, without a build: it takes seconds."""
    with step("Copying the sources"):
        # The artifact that the emulator runs, and the one that `sam local` runs where that is another.
        for artifact in folder.glob(f"*/{BUILT_FUNCTION}"):
            _refresh(artifact)
        _upload(folder / "build" / BUILT_FUNCTION, endpoint)
    with step("Updating the functions"):
        deployed = client("lambda", endpoint)
        active = deployed.get_waiter("published_version_active")
        for name in functions(endpoint).values():
            deployed.update_function_code(FunctionName=name, S3Bucket=_BUCKET, S3Key=_CODE)
            version = deployed.publish_version(FunctionName=name)["Version"]
            active.wait(FunctionName=name, Qualifier=version, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300})
            for alias in deployed.list_aliases(FunctionName=name)["Aliases"]:
                deployed.update_alias(FunctionName=name, Name=alias["Name"], FunctionVersion=version)


def outputs(endpoint: str) -> dict[str, str]:
    """Return the outputs of the deployed stack."""
    [stack] = client("cloudformation", endpoint).describe_stacks(StackName=STACK)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def functions(endpoint: str) -> dict[str, str]:
    """Return the names of the deployed functions by those in the template."""
    deployed = outputs(endpoint).items()
    return {output.removesuffix("Name"): name for output, name in deployed if output.endswith("FunctionName")}


def _adapt(built: Path) -> dict[str, Any]:
    """Take out of the template at `built` what the emulator refuses, set where the code is, and return the template.

    It knows neither nested applications nor CodeDeploy, and not even a false condition keeps it from refusing one.
    """
    # SAM CLI writes the long form (`Fn::Sub: …`) of every short one (`!Sub …`), so this is plain YAML.
    template: dict[str, Any] = yaml.safe_load(built.read_text())
    del template["Resources"]["Monitoring"], template["Outputs"]["AlarmTopicArn"]
    every = [it["Properties"] for it in template["Resources"].values() if it["Type"] == "AWS::Serverless::Function"]
    for properties in [*every, template["Globals"]["Function"]]:
        properties["CodeUri"] = f"s3://{_BUCKET}/{_CODE}"
        properties.pop("DeploymentPreference", None)
    built.write_text(yaml.safe_dump(template, sort_keys=False))
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


def _upload(artifact: Path, endpoint: str) -> None:
    """Put an artifact where the functions' code is taken from."""
    archive = shutil.make_archive(str(artifact), "zip", artifact)
    client("s3", endpoint).upload_file(archive, _BUCKET, _CODE)


def _refresh(artifact: Path) -> None:
    for source in _SOURCES.rglob("*.py"):
        copy = artifact / source.relative_to(_SOURCES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
        # It was compiled to be taken without a look at its source.
        for byte_code in (copy.parent / "__pycache__").glob(f"{copy.stem}.*.pyc"):
            byte_code.unlink()
