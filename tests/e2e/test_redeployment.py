"""A second deployment with other parameters: what it asks for is what the alias runs."""

import json
from uuid import uuid4

import pytest

from tools.local.api import SINGLE, request
from tools.local.deployment import deploy
from tools.local.emulated_aws import client
from tools.local.stack import LOCAL, running


@pytest.fixture
def stack(tools):  # noqa: ARG001 -- the emulator is among them
    """A stack of this test's own, because it changes it."""
    with running("redeployment") as stack:
        yield stack


def test_a_changed_parameter_reaches_the_next_request(stack):
    def expires():
        conversation = str(uuid4())
        assert (
            request(stack, "POST", SINGLE, json.dumps({"externalConversationId": conversation}).encode()).status == 200
        )
        key = {"externalConversationId": {"S": conversation}}
        item = client("dynamodb", stack.endpoint).get_item(TableName=stack.table_name, Key=key)["Item"]
        return "expiresAt" in item

    def live():
        function = stack.functions["IngestFunction"]
        return client("lambda", stack.endpoint).get_function_configuration(FunctionName=function, Qualifier="live")

    before = live()
    assert not expires()

    deploy(LOCAL / "redeployment", stack.endpoint, {"RetentionDays": "30", "MemorySize": "2048"})

    assert expires()
    assert live()["MemorySize"] == 2048
    assert int(live()["Version"]) > int(before["Version"])
