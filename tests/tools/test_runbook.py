"""docs/operations.md: it has what it must have, and its commands exist."""

import re
import shlex
from pathlib import Path

import boto3
import pytest
from botocore import xform_name
from botocore.session import Session

from tools.load.__main__ import parse as parse_load
from tools.operations.__main__ import parse

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "docs/operations.md").read_text()
COMMANDS = [
    # A loop around one of AWS's waiters, which give up too early, is that waiter.
    re.sub(r"^until (.*); do .*; done$", r"\1", line.strip())
    for block in re.findall(r"```sh\n(.*?)```", RUNBOOK, re.DOTALL)
    for line in block.splitlines()
]
AWS = [shlex.split(line.partition(" > ")[0]) for line in COMMANDS if line.startswith("aws ")]

# What the AWS CLI adds to the services' own operations and options.
_DEPLOY_OPTIONS = {"--template-file", "--stack-name", "--capabilities", "--parameter-overrides"}
_NOT_PARAMETERS = {"--query", "--output"}


@pytest.fixture
def resources(read_template):
    """What the stack is made of, with its nested ones."""
    templates = [read_template(path.name) for path in ROOT.glob("*.yaml")]
    return {name: it for template in templates for name, it in template.get("Resources", {}).items()}


def test_every_alarm_has_its_entry_and_every_entry_its_alarm(resources):
    alarms = {name for name, it in resources.items() if it["Type"] == "AWS::CloudWatch::Alarm"}
    section = RUNBOOK.partition("\n## Alarms\n")[2].partition("\n## ")[0]
    entries = dict(re.findall(r"\n### (\w+)\n(.*?)(?=\n### |\Z)", section, re.DOTALL))

    assert entries.keys() == alarms
    for entry in entries.values():
        assert re.findall(r"\n(Means|Look|Do): ", entry) == ["Means", "Look", "Do"]


def test_every_name_that_the_runbook_uses_exists(template, resources):
    named = set(re.findall(r"`([A-Z][A-Za-z]+)`", RUNBOOK))
    outputs = set(re.findall(r"output ([A-Z]\w+)", RUNBOOK))
    known = template["Parameters"].keys() | resources.keys() | template["Outputs"].keys()

    assert {name for name in named if not name.isupper()} <= known | {
        "DeploymentPreference", "CredentialsError", "AccessDeniedException", "Failed", "NewImage"
    }  # fmt: skip
    assert outputs <= template["Outputs"].keys()


def test_every_name_that_a_command_uses_is_set_or_said_to_be_chosen():
    """$TABLE is set at the page's top; what the reader has to choose stands in a sentence, or is found by a command."""
    commands = "\n".join(COMMANDS)
    set_here = set(re.findall(r"\b([A-Z_]+)=\$\(", commands))
    used = set(re.findall(r"\$([A-Z_]+)", commands)) - {"STACK"}

    assert used - set_here == {
        "BACKUP", "BUCKET", "CONSUMER", "DELETED_STACK_ID", "EXPORT", "OLD_SECRET", "OLD_TABLE", "QUEUE_ARN", "TIME"
    }  # fmt: skip


def test_every_saved_query_is_in_the_runbook(resources):
    for it in resources.values():
        if it["Type"] == "AWS::Logs::QueryDefinition":
            assert it["Properties"]["Name"]["Fn::Sub"].partition("/")[2] in RUNBOOK


@pytest.mark.parametrize("words", AWS, ids=lambda words: " ".join(words[1:3]))
def test_an_aws_command_exists_and_has_what_it_requires(words):
    options = {word for word in words if word.startswith("--")} - _NOT_PARAMETERS
    if words[1:3] == ["cloudformation", "deploy"]:
        assert options == _DEPLOY_OPTIONS
        return
    model = Session().get_service_model(words[1])
    operations = {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}
    if words[2] == "wait":
        assert words[3] in {xform_name(name, "-") for name in boto3.client(words[1]).waiter_names} | {
            name.replace("_", "-") for name in boto3.client(words[1]).waiter_names
        }
        return
    shape = operations[words[2]].input_shape
    known = {f"--{xform_name(name, '-')}" for name in shape.members}
    required = {f"--{xform_name(name, '-')}" for name in shape.required_members}

    assert required <= options <= known


@pytest.mark.parametrize("line", [line for line in COMMANDS if not line.startswith("aws ") and " " in line])
def test_a_command_of_ours_exists(line):
    words = shlex.split(line.replace("…", "secret").replace("$", ""))
    if "tools.operations" in words:
        assert parse(words[3:])
    elif "tools.load" in words:
        assert parse_load(words[words.index("tools.load") + 1 :])
    elif "make" in words:
        assert re.search(rf"^{words[words.index('make') + 1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    else:
        assert words[0] in {"git", "output()", "rm"} or "=" in words[0], "What is it?"


def test_the_roles_for_github_are_made_with_parameters_that_they_have(read_template):
    [words] = [words for words in AWS if words[1:3] == ["cloudformation", "deploy"]]
    given = {word.partition("=")[0] for word in words[words.index("--parameter-overrides") + 1 :]}

    assert given == read_template(words[words.index("--template-file") + 1])["Parameters"].keys()


def test_a_restored_table_gets_everything_back_that_the_template_gave_it(template):
    """AWS restores data, keys, billing and encryption: the runbook has a command for each of the others."""
    restored = {"BillingMode", "AttributeDefinitions", "KeySchema", "SSESpecification"}
    given = {
        "PointInTimeRecoverySpecification": "update-continuous-backups",
        "TimeToLiveSpecification": "update-time-to-live",
        "DeletionProtectionEnabled": "--deletion-protection-enabled",
        "OnDemandThroughput": "--on-demand-throughput",
        "Tags": "tag-resource",
        "StreamSpecification": "--stream-specification",
        "WarmThroughput": None,  # it was paid for once, and is gone with the table
    }
    [steps] = [block for block in RUNBOOK.split("### ") if block.startswith("Getting back a table that was deleted")]

    for name in template["Resources"]["Table"]["Properties"].keys() - restored:
        assert given[name] is None or given[name] in steps


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
        for step in COMMANDS[COMMANDS.index(steps.splitlines()[0]) :][:4]
    ]

    _run(restore)
    table.delete("lost")
    dynamodb.get_waiter(wait[3].replace("-", "_")).wait(TableName=wait[5])
    ops(*copy[3:])
    _run(delete)

    assert table.item("lost") == lost
    assert dynamodb.list_tables()["TableNames"] == ["conversations"]


def _run(words):
    """Make the call that a command of AWS's CLI makes, all of whose options have one word."""
    client = boto3.client(words[1])
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[words[2].replace("-", "_")])
    names = {f"--{xform_name(name, '-')}": name for name in shape.input_shape.members}
    options = dict(zip(words[3::2], words[4::2], strict=True))
    return getattr(client, words[2].replace("-", "_"))(**{names[option]: value for option, value in options.items()})
