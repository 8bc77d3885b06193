"""Which stack a command works on."""

import boto3
import pytest
from botocore.stub import Stubber

from tools.operations.errors import OperationError
from tools.operations.target import find_target


@pytest.fixture
def cloudformation(monkeypatch):
    client = boto3.client("cloudformation")
    monkeypatch.setattr("tools.operations.target._clients", lambda: lambda _: client)
    with Stubber(client) as stub:
        yield stub


def test_a_stack_is_found_by_its_name_and_tells_its_table_and_secret(cloudformation):
    outputs = {"TableName": "conversations", "CredentialsSecretArn": "arn:credentials"}
    stack = {
        "StackName": "prod",
        "CreationTime": 0,
        "StackStatus": "UPDATE_COMPLETE",
        "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()],
    }
    cloudformation.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "prod"})

    target = find_target("prod", local=False)

    assert (target.table, target.secret) == ("conversations", "arn:credentials")


def test_a_stack_that_is_not_there_is_named(cloudformation):
    cloudformation.add_client_error("describe_stacks", "ValidationError", "Stack with id elsewhere does not exist")

    with pytest.raises(OperationError, match="There is no stack elsewhere"):
        find_target("elsewhere", local=False)


def test_without_a_local_stack_the_refusal_says_how_to_start_one(monkeypatch, tmp_path):
    monkeypatch.setattr("tools.operations.target.LOCAL", tmp_path)

    with pytest.raises(OperationError, match="make serve"):
        find_target("conversation-metadata", local=True)
