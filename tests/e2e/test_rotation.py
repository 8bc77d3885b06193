"""A changed secret: who is in it gets in, beside whoever was in the version before."""

import json

import pytest
from oracle import CANARY, assert_error

from tools.local.api import READ
from tools.local.emulated_aws import client
from tools.local.event import ALIAS


@pytest.fixture
def change_secret(stack):
    """Puts clients into the secret until the test is over; the authorizer reads it now and not within a minute."""
    secrets, functions = client("secretsmanager", stack.endpoint), client("lambda", stack.endpoint)
    before = secrets.get_secret_value(SecretId=stack.secret_arn)["SecretString"]

    def put(clients):
        secrets.put_secret_value(SecretId=stack.secret_arn, SecretString=json.dumps(clients))
        # A new version has execution environments of its own. Without some change there is no new version.
        name = stack.functions["AuthorizerFunction"]
        functions.update_function_configuration(FunctionName=name, Description="Started anew")
        version = functions.publish_version(FunctionName=name)["Version"]
        functions.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=version)

    yield put
    secrets.put_secret_value(SecretId=stack.secret_arn, SecretString=before)


def test_a_rotated_secret_and_an_added_client_get_in_beside_the_secret_before(stack, call, conversation, change_secret):
    rotated, added = (stack.api_id, f"{CANARY}-rotated"), ("added-client", f"{CANARY}-added")
    change_secret(dict([rotated, added]))

    def read_as(api_id, secret):
        headers = {"asapp-api-id": api_id, "asapp-api-secret": secret}
        return call("GET", f"{READ}?externalConversationId={conversation}", headers=headers)

    for api_id, secret in (rotated, added, (stack.api_id, stack.api_secret)):
        assert_error(read_as(api_id, secret), "404-01")
    assert_error(read_as("added-client", stack.api_secret), "401-01")
