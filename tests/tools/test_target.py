"""Which stack a command works on, and what is said when that goes wrong."""

import json
import re

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, NoRegionError

from tools.local.errors import StackError
from tools.operations.__main__ import main
from tools.operations.errors import OperationError
from tools.operations.target import find_target


@pytest.fixture
def create_stack(aws, make_client):  # noqa: ARG001 -- the stack is in there
    """Creates the stack `prod` with these outputs."""

    def create(**outputs):
        described = {"Resources": {}, "Outputs": {name: {"Value": value} for name, value in outputs.items()}}
        make_client("cloudformation").create_stack(StackName="prod", TemplateBody=json.dumps(described))

    return create


def test_a_stack_is_found_by_its_name_and_tells_its_table_and_secret(create_stack):
    create_stack(TableName="conversations", CredentialsSecretArn="arn:credentials")

    target = find_target("prod", local=False)
    assert (target.table, target.secret) == ("conversations", "arn:credentials")


@pytest.mark.parametrize("outputs", [{"BucketName": "another"}, {"TableName": "another"}])
def test_the_stack_of_another_application_is_refused_in_a_sentence(create_stack, outputs):
    create_stack(**outputs)

    with pytest.raises(OperationError, match=r"The stack prod has no output (TableName|CredentialsSecretArn)"):
        find_target("prod", local=False)


def test_a_stack_that_is_not_there_is_named(create_stack):
    create_stack()

    with pytest.raises(OperationError, match="There is no stack elsewhere"):
        find_target("elsewhere", local=False)


def test_without_a_local_stack_the_refusal_says_how_to_start_one(monkeypatch, tmp_path):
    monkeypatch.setattr("tools.local.stack._DESCRIPTION", tmp_path / "stack.json")

    with pytest.raises(StackError, match="make serve"):
        find_target("conversation-metadata", local=True)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NoRegionError(), "You must specify a region. Set AWS_PROFILE, or AWS_DEFAULT_REGION and credentials. Or"),
        (NoCredentialsError(), "Unable to locate credentials. Set AWS_PROFILE, or"),
        (EndpointConnectionError(endpoint_url="there"), "AWS could not be asked (Could not connect"),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "DescribeStacks"), "AWS refused (An error occurred"),
        (StackError("why"), "Error: why"),
    ],
)
def test_what_goes_wrong_is_told_in_a_sentence(monkeypatch, error, told):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("tools.operations.__main__.find_target", fail)
    monkeypatch.setattr("sys.argv", ["ops", "clients", "list"])

    with pytest.raises(SystemExit, match=re.escape(told)):
        main()
