"""`sam deploy` with an environment of samconfig.toml, on the emulator."""

import json

from tests.conftest import ROOT
from tools.command import run
from tools.local.deployment import adapted_template
from tools.local.emulated_aws import client
from tools.local.programs import SAM, sam_environment

NAME = "conversation-metadata-dev"


def test_sam_deploys_an_environment_of_samconfig(stack, tmp_path):
    template = tmp_path / "template.json"
    template.write_text(json.dumps(adapted_template()))
    options = ["--config-file", ROOT / "samconfig.toml", "--config-env", "dev", "--template-file", template]
    ended = run([*SAM, "deploy", *options], env=sam_environment(stack.url), cwd=ROOT)
    assert ended.returncode == 0, ended.stdout + ended.stderr

    [deployed] = client("cloudformation", stack.url).describe_stacks(StackName=NAME)["Stacks"]
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in deployed["Parameters"]}
    outputs = {each["OutputKey"]: each["OutputValue"] for each in deployed["Outputs"]}
    function = {"FunctionName": outputs["IngestFunctionName"], "Qualifier": "live"}
    environment = client("lambda", stack.url).get_function_configuration(**function)["Environment"]["Variables"]
    assert parameters["DomainName"] == ""
    assert environment["RETENTION_DAYS"] == parameters["RetentionDays"] == "7"
    assert environment["TABLE_NAME"] == outputs["TableName"] != stack.table_name
