"""Which stack a command works on, and what is said when that goes wrong."""

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, NoRegionError
from botocore.stub import Stubber

from tools.local.errors import StackError
from tools.operations.__main__ import main
from tools.operations.errors import OperationError
from tools.operations.target import find_target


@pytest.fixture
def describe(monkeypatch):
    """Has CloudFormation describe the stack `prod` with these outputs."""
    client = boto3.client("cloudformation")
    monkeypatch.setattr("tools.operations.target._clients", lambda: lambda _: client)
    with Stubber(client) as stub:

        def answer(outputs):
            told = [{"OutputKey": key, "OutputValue": value} for key, value in outputs.items()]
            described = {"StackName": "prod", "CreationTime": 0, "StackStatus": "UPDATE_COMPLETE", "Outputs": told}
            stub.add_response("describe_stacks", {"Stacks": [described]}, {"StackName": "prod"})

        yield answer


def test_a_stack_is_found_by_its_name_and_tells_its_table_and_secret(describe):
    describe({"TableName": "conversations", "CredentialsSecretArn": "arn:credentials"})

    target = find_target("prod", local=False)

    assert (target.table, target.secret) == ("conversations", "arn:credentials")


@pytest.mark.parametrize("outputs", [{}, {"BucketName": "another"}, {"TableName": "another"}])
def test_the_stack_of_another_application_is_refused_in_a_sentence(describe, outputs):
    describe(outputs)

    with pytest.raises(OperationError, match=r"The stack prod has no output (TableName|CredentialsSecretArn)"):
        find_target("prod", local=False)


@pytest.mark.usefixtures("aws")
def test_a_stack_that_is_not_there_is_named():
    with pytest.raises(OperationError, match="There is no stack elsewhere"):
        find_target("elsewhere", local=False)


def test_without_a_local_stack_the_refusal_says_how_to_start_one(monkeypatch, tmp_path):
    monkeypatch.setattr("tools.local.stack._DESCRIPTION", tmp_path / "stack.json")

    with pytest.raises(StackError, match="make serve"):
        find_target("conversation-metadata", local=True)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NoRegionError(), "You must specify a region. Or did you mean the stack of 'make serve'? Then: LOCAL=1"),
        (NoCredentialsError(), "Unable to locate credentials. Or did you"),
        (EndpointConnectionError(endpoint_url="there"), "AWS could not be asked (Could not connect"),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "DescribeStacks"), "AWS refused (An error occurred"),
        (StackError("why"), "Error: why"),
        (KeyboardInterrupt(), "Stopped."),
    ],
)
def test_what_goes_wrong_is_told_in_a_sentence(monkeypatch, capsys, error, told):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("tools.operations.__main__.find_target", fail)
    monkeypatch.setattr("sys.argv", ["ops", "clients", "list"])

    with pytest.raises(SystemExit) as ended:
        main()
    assert told in f"{ended.value.code}{capsys.readouterr().err}"
