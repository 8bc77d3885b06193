"""docs/operations.md: it has an entry for what can happen, and its commands, options, and names exist."""

import re
import shlex

import pytest
from botocore import xform_name
from documents import blocks, sections

from tests.conftest import ROOT, TEMPLATE
from tools.command import run
from tools.operations.__main__ import parse
from tools.template import load

RUNBOOK = (ROOT / "docs/operations.md").read_text()
SECTIONS = sections(RUNBOOK)
BLOCKS = blocks(RUNBOOK, "sh")
# In blocks and in sentences. A loop around one of AWS's waiters, which end too early, is that waiter.
COMMANDS = [
    re.sub(r"^until (.*); do .*; done$", r"\1", command.strip())
    for command in re.split(r"\n| \| ", "".join(BLOCKS) + "\n".join(re.findall("`((?:aws|python -m) .+?)`", RUNBOOK)))
]
# An operation without options is only mentioned.
AWS = [shlex.split(line) for line in COMMANDS if re.match(r"aws [a-z0-9]+ [a-z-]+ -", line) or " wait " in line]
OURS = [re.sub(r"^(\w+=\S+ )+|( [<>] \S+)+$", "", line) for line in COMMANDS if "-m tools.operations " in line]
OURS += [
    f"python -m tools.operations {words}" for words in re.findall(r"`((?:clients|conversations) [a-z-]+)`", RUNBOOK)
]
ENTRIES = {name: text for name, text in SECTIONS.items() if name.endswith("Alarm")}
# Messages and exceptions of the functions, and words of AWS's.
NAMES_FROM_ELSEWHERE = {
    "AuthorizerFailed", "Failed", "Throttled", "Unauthorized", "Unavailable",
    "CredentialsError", "DecryptionFailure", "DeploymentPreference", "GenerateSecretString", "Item", "NewImage",
    "PendingConfirmation",
}  # fmt: skip
CHOSEN_BY_THE_READER = (
    "BACKUP BUCKET CONSUMER DELETED_STACK_ID EXPORT OLD_ERASURES OLD_SECRET OLD_TABLE OLD_TABLE_ARN QUEUE_ARN TIME"
)
# How a restored table gets back what AWS does not restore (data, keys, billing, and encryption).
RESTORED = {"BillingMode", "AttributeDefinitions", "KeySchema", "SSESpecification"}
TURNED_ON = {
    "PointInTimeRecoverySpecification": "update-continuous-backups",
    "TimeToLiveSpecification": "update-time-to-live",
    "DeletionProtectionEnabled": "--deletion-protection-enabled",
    "OnDemandThroughput": "--on-demand-throughput",
    "Tags": "tag-resource",
    "StreamSpecification": "--stream-specification",
    "TableClass": "--table-class",
}


@pytest.fixture
def resources():
    """The resources of both templates."""
    templates = [load(path.name) for path in ROOT.glob("*.yaml")]
    return {name: it for template in templates for name, it in template.get("Resources", {}).items()}


def test_every_alarm_and_every_saved_query_has_an_entry(resources):
    types = {name: it["Type"] for name, it in resources.items()}
    assert ENTRIES.keys() == {name for name, type_ in types.items() if type_ == "AWS::CloudWatch::Alarm"}
    for entry in ENTRIES.values():
        assert re.findall(r"^- (Means|Look|Do): ", entry, re.MULTILINE) == ["Means", "Look", "Do"]
    queries = [resources[name]["Properties"] for name, type_ in types.items() if type_ == "AWS::Logs::QueryDefinition"]
    names = {query["Name"]["Fn::Sub"].partition("/")[2] for query in queries}
    assert (
        set(re.findall(r"(?<!\*)\*(\w[^*]+)\*(?!\*)", RUNBOOK.replace("\n", " "))) - {"Concurrent executions"} == names
    )


def test_every_final_status_of_a_stack_has_a_section(make_client):
    statuses = make_client("cloudformation").meta.service_model.shape_for("StackStatus").enum
    final = {each for each in statuses if each.endswith(("_FAILED", "_COMPLETE")) and not each.startswith("IMPORT")}
    [statuses] = [text for text in RUNBOOK.split("\n\n") if text.startswith("| status | section |")]
    assert final <= set(re.findall(r"[A-Z_]+", statuses))


def test_every_property_of_a_restored_table_is_turned_on():
    for name in TEMPLATE["Resources"]["Table"]["Properties"].keys() - RESTORED:
        assert TURNED_ON[name] in SECTIONS["Getting back a table that was deleted"]


def test_every_parameter_resource_and_output_that_is_named_exists(resources):
    named = {name for name in re.findall(r"`([A-Z]\w*[a-z]\w*)(?:=\w+)?`", RUNBOOK) if not name.endswith("Exception")}
    logical_ids = set(re.findall(r"\b(?:lines |LogicalResourceId/)([A-Z][a-z]\w+)", RUNBOOK))
    assert set(re.findall(r"\boutput ([A-Z]\w+)", RUNBOOK)) <= TEMPLATE["Outputs"].keys()
    assert logical_ids <= resources.keys()
    assert named - TEMPLATE["Parameters"].keys() - TEMPLATE["Outputs"].keys() - resources.keys() == NAMES_FROM_ELSEWHERE


def test_every_argument_of_make_that_is_named_exists():
    named = re.findall(r"(?<= )([A-Z_]+)=", " ".join(re.findall(r"make [a-z-]+(?: [A-Z_]+=[^\s`]*)+", RUNBOOK)))
    assert {"ENVIRONMENT", "ID", "LOCAL", "STACK", "URL"} <= set(named)
    assert set(named) <= set(re.findall(r"[A-Z_]+", (ROOT / "Makefile").read_text()))


def test_every_variable_of_a_command_is_set_or_chosen_by_the_reader():
    commands = "\n".join(BLOCKS)
    set_here = {"STACK", "NAME", *re.findall(r"\b([A-Z_]+)=\$\(", commands)}
    assert set(re.findall(r"\$\{?([A-Z_]+)", commands)) - set_here == set(CHOSEN_BY_THE_READER.split())


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_commands_is_valid_shell(block):
    assert run(["bash", "-n"], stdin=block).stderr == ""


@pytest.mark.parametrize("words", AWS, ids=lambda words: " ".join(words[1:3]))
def test_an_aws_command_exists_with_its_options(words, make_client):
    client = make_client(words[1])
    if words[2] == "wait":
        operation = client.get_waiter(words[3].replace("-", "_")).config.operation
    else:
        operation = client.meta.method_to_api_mapping[words[2].replace("-", "_")]
    shape = client.meta.service_model.operation_model(operation).input_shape
    options = {re.sub("^--no-", "--", word) for word in words if word.startswith("--")}
    # The AWS CLI's name for an option of SNS.
    options = {option.replace("--notification-endpoint", "--endpoint") for option in options}
    assert {f"--{xform_name(name, '-')}" for name in shape.required_members} <= options
    assert options - {"--query", "--output", "--profile"} <= {f"--{xform_name(name, '-')}" for name in shape.members}


@pytest.mark.parametrize("line", OURS)
def test_a_command_of_the_project_exists_with_its_options(line):
    _, _, tool, *words = shlex.split(line)
    assert tool == "tools.operations"
    assert parse(words)
