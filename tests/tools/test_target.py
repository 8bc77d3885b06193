"""Which stack a command works on, what it asks before, and what it prints when something goes wrong."""

import io
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, NoRegionError, ProfileNotFound

from tools.errors import CommandError
from tools.operations.arguments import parse
from tools.operations.target import find_target

OUTPUTS = {name: f"the {name}" for name in ("ApiUrl", "TableName", "ErasuresTableName", "CredentialsSecretArn")}


def test_a_stack_is_found_by_its_name(create_stack):
    create_stack(OUTPUTS)
    target = find_target("prod", local=False)
    assert (target.url, target.table, target.erasures, target.secret, target.retention_days) == (*OUTPUTS.values(), 365)
    assert target.description == "Stack prod, account 123456789012, region us-east-1"
    with pytest.raises(CommandError, match="Stack elsewhere does not exist"):
        find_target("elsewhere", local=False)


@pytest.mark.parametrize("missing", OUTPUTS)
def test_the_stack_of_another_application_is_refused(create_stack, missing):
    create_stack({name: value for name, value in OUTPUTS.items() if name != missing})
    with pytest.raises(CommandError, match=f"Stack prod, .* has no {missing}"):
        find_target("prod", local=False)


@pytest.mark.parametrize(
    ("words", "variable", "target"),
    [
        ("clients list", None, ("conversation-metadata", False)),
        ("clients list", "prod", ("prod", False)),
        ("--stack dev clients list", "prod", ("dev", False)),
        ("clients --stack dev list", None, ("dev", False)),
        ("conversations erase x --stack dev", "prod", ("dev", False)),
        ("--local clients list", None, ("conversation-metadata", True)),
        ("conversations erase x --local", None, ("conversation-metadata", True)),
        ("clients list", "", "STACK is set, but empty"),
        ("clients list --stack=", "prod", "must not be empty"),
        ("--stack dev clients list --local", "prod", "exclude each other"),
    ],
)
def test_the_stack_is_the_options_or_the_environments(monkeypatch, capsys, words, variable, target):
    monkeypatch.delenv("STACK", raising=False)
    if variable is not None:
        monkeypatch.setenv("STACK", variable)
    try:
        arguments = parse(words.split())
    except SystemExit:
        assert target in capsys.readouterr().err
    else:
        assert (arguments.stack, arguments.local) == target


class Terminal(io.StringIO):
    def isatty(self):
        return self.getvalue() != "none"


@pytest.mark.parametrize(("answer", "reason"), [("Yes\n", ""), ("\n", "Nothing was changed."), ("none", "add --yes")])
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


def rejection(code, operation):
    return ClientError({"Error": {"Code": code}}, operation)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (NoRegionError(), "(You must specify a region.). Set AWS_PROFILE, or credentials and AWS_DEFAULT_REGION. For"),
        (NoCredentialsError(), "(Unable to locate credentials). Set AWS_PROFILE, or"),
        (ProfileNotFound(profile="typo"), "(The config profile (typo) could not be found). Set AWS_PROFILE, or"),
        (EndpointConnectionError(endpoint_url="there"), "could not be called (Could not connect"),
        (rejection("AccessDenied", "DescribeStacks"), "AWS rejected the call (An error occurred"),
        (rejection("AccessDenied", "GetSecretValue"), "docs/operations.md, AuthorizerAlarm"),
        (rejection("ThrottlingException", "PutItem"), "docs/operations.md, TableThrottlesAlarm"),
        (CommandError("The local stack is not running: …"), "Error: The local stack is not running"),
    ],
)
def test_every_failure_is_one_sentence(monkeypatch, ops, error, message):
    monkeypatch.setattr("tools.operations.__main__.change_clients", Mock(side_effect=error))
    assert message in ops("clients", "list")
