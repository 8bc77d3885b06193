"""Which stack a command works on, what it asks before, and what it prints when something goes wrong."""

import io
import json
import re
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, NoRegionError

from tools.local.errors import StackError
from tools.operations.__main__ import main
from tools.operations.arguments import parse
from tools.operations.errors import OperationError
from tools.operations.target import find_target

OUTPUTS = {"TableName": "conversations", "ErasuresTableName": "erasures", "CredentialsSecretArn": "arn:credentials"}


@pytest.fixture
def create_stack(aws, make_client):  # noqa: ARG001 -- the stack is in there
    """Creates the stack `prod` with these outputs."""

    def create(outputs):
        template = {
            "Parameters": {"RetentionDays": {"Type": "Number", "Default": 365}},
            "Resources": {},
            "Outputs": {name: {"Value": value} for name, value in outputs.items()},
        }
        make_client("cloudformation").create_stack(StackName="prod", TemplateBody=json.dumps(template))

    return create


def test_a_stack_is_found_by_its_name(create_stack):
    create_stack(OUTPUTS)
    target = find_target("prod", local=False)
    assert (target.table, target.erasures, target.secret, target.retention_days) == (*OUTPUTS.values(), 365)
    assert target.description == "Stack prod, account 123456789012, region us-east-1"
    with pytest.raises(OperationError, match="Stack elsewhere does not exist"):
        find_target("elsewhere", local=False)


@pytest.mark.parametrize("missing", OUTPUTS)
def test_the_stack_of_another_application_is_refused(create_stack, missing):
    create_stack({name: value for name, value in OUTPUTS.items() if name != missing})
    with pytest.raises(OperationError, match=f"Stack prod, .* has no {missing}"):
        find_target("prod", local=False)


def test_without_a_local_stack_the_error_names_the_command_to_start_one(monkeypatch, tmp_path):
    monkeypatch.setattr("tools.local.stack._DESCRIPTION", tmp_path / "stack.json")
    with pytest.raises(StackError, match="make serve"):
        find_target("conversation-metadata", local=True)


@pytest.mark.parametrize("variable", [None, "prod"])
def test_the_stack_is_the_options_or_the_environments(monkeypatch, variable):
    monkeypatch.delenv("STACK", raising=False)
    if variable:
        monkeypatch.setenv("STACK", variable)
    assert parse(["clients", "list"]).stack == (variable or "conversation-metadata")
    for words in ("--stack dev clients list", "clients --stack dev list", "conversations erase x --stack dev"):
        assert (parse(words.split()).stack, parse(words.split()).local) == ("dev", False)
    for words in ("--local clients list", "conversations erase x --local"):
        assert parse(words.split()).local


@pytest.mark.parametrize(
    ("words", "variable", "reason"),
    [
        (["clients", "list"], "", "STACK is set, but empty"),
        (["clients", "list", "--stack", ""], "prod", "must not be empty"),
        (["--stack", "dev", "clients", "list", "--local"], "prod", "exclude each other"),
    ],
)
def test_no_command_runs_on_a_stack_that_was_not_meant(monkeypatch, capsys, words, variable, reason):
    monkeypatch.setenv("STACK", variable)
    with pytest.raises(SystemExit):
        parse(words)
    assert reason in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self):
        return self.getvalue() != "none"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("y\n", ""), ("Yes\n", ""), ("n\n", "Nothing was changed."), ("", "Nothing was changed."), ("none", "add --yes")],
)
@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("clients.Clients.remove", "clients remove default-client"),
        ("erasures.erase", "conversations erase old"),
        ("conversations.restore", "conversations restore restored --overwrite"),
        ("conversations.retain", "conversations retain"),
    ],
)
def test_a_command_that_destroys_asks_first(monkeypatch, ops, command, words, answer, reason):
    run = Mock(return_value=[])
    monkeypatch.setattr(f"tools.operations.{command}", run)
    assert reason in ops(*words.split(), terminal=Terminal(answer))
    assert run.called == (not reason)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (NoRegionError(), "You must specify a region. Set AWS_PROFILE, or credentials and AWS_DEFAULT_REGION. For"),
        (NoCredentialsError(), "Unable to locate credentials. Set AWS_PROFILE, or"),
        (EndpointConnectionError(endpoint_url="there"), "AWS could not be reached (Could not connect"),
        (
            ClientError({"Error": {"Code": "AccessDenied"}}, "DescribeStacks"),
            "AWS rejected the call (An error occurred",
        ),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "GetSecretValue"), "docs/operations.md, AuthorizerAlarm"),
        (ClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem"), "docs/operations.md, TableThrottlesAlarm"),
        (StackError("why"), "Error: why"),
    ],
)
def test_every_failure_is_one_sentence(monkeypatch, error, message):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("tools.operations.__main__.find_target", fail)
    monkeypatch.setattr("sys.argv", ["ops", "clients", "list"])
    with pytest.raises(SystemExit, match=re.escape(message)):
        main()
