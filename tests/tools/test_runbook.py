"""docs/operations.md: it has what it must have, and its commands exist."""

import re
import shlex
from pathlib import Path

import boto3
import pytest
from botocore import xform_name
from botocore.session import Session

from tools.operations.__main__ import parse

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "docs/operations.md").read_text()
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", RUNBOOK, re.DOTALL) for line in block.splitlines()]
AWS = [shlex.split(line) for line in COMMANDS if line.startswith("aws ")]
OPS = [shlex.split(line)[3:] for line in COMMANDS if line.startswith("python -m tools.operations")]

_NOT_PARAMETERS = {"--query"}


def test_every_alarm_has_its_entry_and_every_entry_its_alarm(template):
    alarms = {name for name, it in template["Resources"].items() if it["Type"] == "AWS::CloudWatch::Alarm"}
    section = RUNBOOK.partition("\n## Alarms\n")[2].partition("\n## ")[0]
    entries = dict(re.findall(r"\n### (\w+)\n(.*?)(?=\n### |\Z)", section, re.DOTALL))

    assert entries.keys() == alarms
    for entry in entries.values():
        assert re.findall(r"\n(Means|Look|Do): ", entry) == ["Means", "Look", "Do"]


def test_every_parameter_that_the_runbook_names_exists(template):
    named = set(re.findall(r"`([A-Z][A-Za-z]+)`", RUNBOOK)) | set(re.findall(r"\b([A-Z][A-Za-z]+)=", RUNBOOK))
    known = template["Parameters"].keys() | template["Resources"].keys() | template["Outputs"].keys()

    assert {name for name in named if not name.isupper()} <= known | {
        "DeploymentPreference", "CredentialsError", "AccessDeniedException", "Failed"
    }  # fmt: skip


def test_every_saved_query_is_in_the_runbook(template):
    for it in template["Resources"].values():
        if it["Type"] == "AWS::Logs::QueryDefinition":
            assert it["Properties"]["Name"]["Fn::Sub"].removeprefix("${AWS::StackName}/") in RUNBOOK


@pytest.mark.parametrize("words", AWS, ids=lambda words: " ".join(words[1:3]))
def test_an_aws_command_exists_and_has_what_it_requires(words):
    model = Session().get_service_model(words[1])
    operations = {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}
    if words[2] == "wait":
        assert words[3] in {xform_name(name, "-") for name in boto3.client(words[1]).waiter_names} | {
            name.replace("_", "-") for name in boto3.client(words[1]).waiter_names
        }
        return
    shape = operations[words[2]].input_shape
    options = {word for word in words if word.startswith("--")} - _NOT_PARAMETERS
    known = {f"--{xform_name(name, '-')}" for name in shape.members}
    required = {f"--{xform_name(name, '-')}" for name in shape.required_members}

    assert required <= options <= known


@pytest.mark.parametrize("words", OPS, ids=" ".join)
def test_a_command_of_ours_exists(words):
    assert parse(words).subject == words[0]


def test_conversations_restored_to_a_point_in_time_are_copied_back(ops, submit, table):
    """The runbook's steps, in its order, with its words."""
    [steps] = re.findall(r"```sh\n(aws dynamodb restore-table-to-point-in-time.*?)```", RUNBOOK, re.DOTALL)
    dynamodb = boto3.client("dynamodb")
    dynamodb.update_continuous_backups(
        TableName="conversations", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    submit({"externalConversationId": "lost", "platform": "WEB"})
    lost = table.item("lost")
    restore, wait, copy, delete = [
        shlex.split(step.replace("$TABLE", "conversations").replace("$TIME", "2026-10-29T09:58:13Z"))
        for step in steps.splitlines()
    ]

    _run(restore)
    table.delete("lost")
    dynamodb.get_waiter(wait[3].replace("-", "_")).wait(TableName=wait[5])
    ops(*copy[3:])
    _run(delete)

    assert table.item("lost") == lost
    assert dynamodb.list_tables()["TableNames"] == ["conversations"]


@pytest.mark.usefixtures("table")
def test_the_table_is_exported_to_a_bucket(submit):
    [steps] = re.findall(r"```sh\n(aws dynamodb export-table-to-point-in-time.*?)```", RUNBOOK, re.DOTALL)
    dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
    s3.create_bucket(Bucket="analytics")
    submit({"externalConversationId": "exported"})
    arn = dynamodb.describe_table(TableName="conversations")["Table"]["TableArn"]
    dynamodb.update_continuous_backups(
        TableName="conversations", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )

    export, _ = steps.splitlines()
    answer = _run(shlex.split(export.replace("$TABLE_ARN", arn).replace("$BUCKET", "analytics")))

    assert answer["ExportDescription"]["S3Bucket"] == "analytics"


def _run(words):
    """Make the call that a command of AWS's CLI makes, all of whose options have one word."""
    client = boto3.client(words[1])
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[words[2].replace("-", "_")])
    names = {f"--{xform_name(name, '-')}": name for name in shape.input_shape.members}
    options = dict(zip(words[3::2], words[4::2], strict=True))
    return getattr(client, words[2].replace("-", "_"))(**{names[option]: value for option, value in options.items()})
