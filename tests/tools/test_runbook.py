"""docs/operations.md: it has what it must have, and its commands exist."""

import re
import shlex

import pytest
from botocore import xform_name

from tests.conftest import ROOT
from tools.load.__main__ import parse as parse_load
from tools.operations.__main__ import parse

RUNBOOK = (ROOT / "docs/operations.md").read_text()
COMMANDS = [
    # A loop around one of AWS's waiters, which give up too early, is that waiter.
    re.sub(r"^until (.*); do .*; done$", r"\1", line.strip())
    for block in re.findall(r"```sh\n(.*?)```", RUNBOOK, re.DOTALL)
    for line in block.splitlines()
]
AWS = [shlex.split(line.partition(" > ")[0]) for line in COMMANDS if line.startswith("aws ")]


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
        assert re.findall(r"^- (Means|Look|Do): ", entry, re.MULTILINE) == ["Means", "Look", "Do"]
        assert not [other for other in alarms if other in entry], "An entry serves by itself."


def test_every_name_that_the_runbook_uses_exists(template, resources):
    named = {name for name in re.findall(r"`([A-Z][A-Za-z]+)`", RUNBOOK) if not name.isupper()}
    outputs = set(re.findall(r"output ([A-Z]\w+)", RUNBOOK))
    known = template["Parameters"].keys() | resources.keys() | template["Outputs"].keys()

    assert named - known == {"DeploymentPreference", "CredentialsError", "AccessDeniedException", "Failed", "NewImage"}
    assert outputs <= template["Outputs"].keys()


def test_every_name_that_a_command_uses_is_set_or_said_to_be_chosen():
    """$TABLE is set at the page's top; what the reader has to choose stands in a sentence, or is found by a command."""
    commands = "\n".join(COMMANDS)
    set_here = {"STACK", *re.findall(r"\b([A-Z_]+)=\$\(", commands)}

    assert set(re.findall(r"\$([A-Z_]+)", commands)) - set_here == {
        "BACKUP", "BUCKET", "CONSUMER", "DELETED_STACK_ID", "EXPORT", "OLD_SECRET", "OLD_TABLE", "QUEUE_ARN", "TIME"
    }  # fmt: skip


def test_every_saved_query_is_in_the_runbook(resources):
    for it in resources.values():
        if it["Type"] == "AWS::Logs::QueryDefinition":
            assert it["Properties"]["Name"]["Fn::Sub"].partition("/")[2] in RUNBOOK


@pytest.mark.parametrize("words", AWS, ids=lambda words: " ".join(words[1:3]))
def test_an_aws_command_exists_and_has_what_it_requires(words, read_template, make_client):
    options = {word for word in words if word.startswith("--")} - {"--query", "--output"}
    if words[1:3] == ["cloudformation", "deploy"]:
        # The AWS CLI's own; the rest are operations of the service.
        assert options == {"--template-file", "--stack-name", "--capabilities", "--parameter-overrides"}
        given = {word.partition("=")[0] for word in words[words.index("--parameter-overrides") + 1 :]}
        assert given == read_template(words[words.index("--template-file") + 1])["Parameters"].keys()
        return
    shape = _input_shape(make_client(words[1]), words)
    assert {f"--{xform_name(name, '-')}" for name in shape.required_members} <= options
    assert options <= {f"--{xform_name(name, '-')}" for name in shape.members}


@pytest.mark.parametrize("line", [line for line in COMMANDS if "-m tools." in line])
def test_a_command_of_ours_is_understood(line):
    words = shlex.split(line)
    tool = words.index("-m") + 1
    assert {"tools.operations": parse, "tools.load": parse_load}[words[tool]](words[tool + 1 :])


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


def test_conversations_restored_to_a_point_in_time_are_copied_back(ops, submit, table, make_client):
    """The runbook's steps, in its order, with its words."""
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
