"""docs/operations.md: it has an entry for what can happen, and its commands, options, and names exist."""

import re
import shlex

import pytest
from botocore import xform_name

from tests.conftest import ROOT
from tools.command import run
from tools.operations.__main__ import parse
from tools.template import load

RUNBOOK = (ROOT / "docs/operations.md").read_text()
BLOCKS = re.findall(r"^ *```sh\n(.*?)^ *```$", RUNBOOK, re.MULTILINE | re.DOTALL)
COMMANDS = [
    # A loop around one of AWS's waiters, which give up too early, is that waiter.
    re.sub(r"^until (.*); do .*; done$", r"\1", command.strip())
    for block in BLOCKS
    for line in block.splitlines()
    for command in line.split(" | ")
]
AWS = [shlex.split(line) for line in COMMANDS if line.startswith("aws ")]
OURS = [re.sub(r"^(\w+=\S+ )+|( [<>] \S+)+$", "", line) for line in COMMANDS if "-m tools." in line]
OURS += [
    f"python -m tools.operations {words}" for words in re.findall(r"`((?:clients|conversations) [a-z-]+)`", RUNBOOK)
]
_ALARMS = RUNBOOK.partition("\n## Alarms\n")[2].partition("\n## ")[0]
ENTRIES = dict(re.findall(r"\n### (\w+)\n(.*?)(?=\n### |\Z)", _ALARMS, re.DOTALL))
# Messages and exceptions of the functions, and words of AWS's.
NAMES_FROM_ELSEWHERE = {
    "AuthorizerFailed", "Failed", "Throttled", "Unauthorized", "Unavailable",
    "CredentialsError", "DecryptionFailure", "DeploymentPreference", "GenerateSecretString", "Item", "NewImage",
    "PendingConfirmation",
}  # fmt: skip
# The AWS CLI's own options.
CLI_OPTIONS = {"--query", "--output", "--profile"}


@pytest.fixture
def resources():
    """The resources of both templates."""
    templates = [load(path.name) for path in ROOT.glob("*.yaml")]
    return {name: it for template in templates for name, it in template.get("Resources", {}).items()}


def test_every_alarm_has_an_entry(resources):
    alarms = {name for name, it in resources.items() if it["Type"] == "AWS::CloudWatch::Alarm"}

    assert ENTRIES.keys() == alarms
    for entry in ENTRIES.values():
        assert re.findall(r"^- (Means|Look|Do): ", entry, re.MULTILINE) == ["Means", "Look", "Do"]


def test_every_final_status_of_a_stack_has_a_section(make_client):
    statuses = make_client("cloudformation").meta.service_model.shape_for("StackStatus").enum
    final = {each for each in statuses if each.endswith(("_FAILED", "_COMPLETE")) and not each.startswith("IMPORT")}
    _, _, section = RUNBOOK.partition("\n| status | section |\n")

    assert final <= set(re.findall(r"[A-Z_]+", section.partition("\n\n")[0]))


def test_every_block_of_commands_is_valid_shell():
    for block in BLOCKS:
        checked = run(["bash", "-n"], given=block)
        assert checked.stderr == "", block


def test_every_parameter_resource_and_output_that_is_named_exists(template, resources):
    named = {name for name in re.findall(r"`([A-Z]\w*[a-z]\w*)(?:=\w+)?`", RUNBOOK) if not name.endswith("Exception")}
    outputs = set(re.findall(r"\boutput ([A-Z]\w+)", RUNBOOK))
    logical_ids = set(re.findall(r"\b(?:lines |LogicalResourceId/)([A-Z][a-z]\w+)", RUNBOOK))

    assert outputs <= template["Outputs"].keys()
    assert logical_ids <= resources.keys()
    assert named - template["Parameters"].keys() - template["Outputs"].keys() - resources.keys() == NAMES_FROM_ELSEWHERE


def test_every_argument_of_make_that_is_named_exists():
    named = re.findall(r"(?<= )([A-Z_]+)=", " ".join(re.findall(r"make [a-z-]+(?: [A-Z_]+=[^\s`]*)+", RUNBOOK)))

    assert {"ENVIRONMENT", "ID", "LOCAL", "STACK", "URL"} <= set(named)
    assert set(named) <= set(re.findall(r"[A-Z_]+", (ROOT / "Makefile").read_text()))


def test_every_variable_of_a_command_is_set_or_chosen_by_the_reader():
    commands = "\n".join(BLOCKS)
    set_here = {"STACK", "NAME", *re.findall(r"\b([A-Z_]+)=\$\(", commands)}
    chosen = "BACKUP BUCKET CONSUMER DELETED_STACK_ID EXPORT QUEUE_ARN TIME"
    old = "OLD_ERASURES OLD_ERASURES_ARN OLD_SECRET OLD_TABLE OLD_TABLE_ARN"

    assert set(re.findall(r"\$\{?([A-Z_]+)", commands)) - set_here == set(f"{chosen} {old}".split())


def test_every_saved_query_is_in_the_runbook(resources):
    for it in resources.values():
        if it["Type"] == "AWS::Logs::QueryDefinition":
            assert it["Properties"]["Name"]["Fn::Sub"].partition("/")[2] in RUNBOOK


@pytest.mark.parametrize("words", AWS, ids=lambda words: " ".join(words[1:3]))
def test_an_aws_command_exists_with_its_options(words, make_client):
    options = {re.sub("^--no-", "--", word) for word in words if word.startswith("--")} - CLI_OPTIONS
    # The AWS CLI's name for an option of SNS.
    options = {option.replace("--notification-endpoint", "--endpoint") for option in options}
    shape = _input_shape(make_client(words[1]), words)
    assert {f"--{xform_name(name, '-')}" for name in shape.required_members} <= options
    assert options <= {f"--{xform_name(name, '-')}" for name in shape.members}


@pytest.mark.parametrize("line", OURS)
def test_a_command_of_the_project_exists_with_its_options(line):
    _, _, tool, *words = shlex.split(line)
    assert tool == "tools.operations"
    assert parse(words)


def test_a_restored_table_gets_every_property_back(template):
    """AWS restores data, keys, billing, and encryption. The runbook has a command for each of the others."""
    restored = {"BillingMode", "AttributeDefinitions", "KeySchema", "SSESpecification"}
    given = {
        "PointInTimeRecoverySpecification": "update-continuous-backups",
        "TimeToLiveSpecification": "update-time-to-live",
        "DeletionProtectionEnabled": "--deletion-protection-enabled",
        "OnDemandThroughput": "--on-demand-throughput",
        "Tags": "tag-resource",
        "StreamSpecification": "--stream-specification",
        "TableClass": "--table-class",
    }
    [steps] = [block for block in RUNBOOK.split("### ") if block.startswith("Getting back a table that was deleted")]

    for name in template["Resources"]["Table"]["Properties"].keys() - restored:
        assert given[name] in steps


def test_conversations_restored_to_a_point_in_time_are_copied_back(ops, submit, table, make_client):
    first = next(step for step, line in enumerate(COMMANDS) if "restore-table-to-point-in-time" in line)
    restore, wait, copy, delete = [
        shlex.split(line.replace("$TABLE", "conversations").replace("$TIME", "2026-10-29T09:58:13Z"))
        for line in COMMANDS[first : first + 4]
    ]
    dynamodb = make_client("dynamodb")
    dynamodb.update_continuous_backups(
        TableName="conversations", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    submit({"externalConversationId": "lost", "platform": "WEB"})
    lost = table.item("lost")

    _run(dynamodb, restore)
    table.delete("lost")
    dynamodb.get_waiter(wait[3].replace("-", "_")).wait(TableName=wait[5])
    ops(*copy[3:])
    _run(dynamodb, delete)

    assert table.item("lost") == lost
    assert dynamodb.list_tables()["TableNames"] == ["conversations", "erasures"]


def _input_shape(client, words):
    """Return what the operation takes that a command of AWS's CLI calls, or that its waiter repeats."""
    if words[2] == "wait":
        operation = client.get_waiter(words[3].replace("-", "_")).config.operation
    else:
        operation = client.meta.method_to_api_mapping[words[2].replace("-", "_")]
    return client.meta.service_model.operation_model(operation).input_shape


def _run(client, words):
    """Make the call that a command of AWS's CLI makes, all of whose options have one word."""
    names = {f"--{xform_name(name, '-')}": name for name in _input_shape(client, words).members}
    given = {names[option]: value for option, value in zip(words[3::2], words[4::2], strict=True)}
    getattr(client, words[2].replace("-", "_"))(**given)
