"""The stack that a command works on: one in AWS, or the one that `make serve` runs here."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3
from botocore.config import Config

from tools.local.emulated_aws import client as local_client
from tools.local.stack import served
from tools.operations.errors import OperationError

CONNECTIONS = 16
"""How many calls one client can make at a time."""


@dataclass(frozen=True)
class Target:
    """What the commands need of a deployed stack."""

    client: Callable[[str], Any]
    """Makes the client of an AWS service, by the service's name."""
    table: str
    secret: str


def find_target(stack: str, *, local: bool) -> Target:
    """Return the stack of this name: in the account that the environment names, or on this machine."""
    if local:
        client = partial(local_client, endpoint=served()["endpoint"])
    else:
        # Copying meets the table's own limits: ten attempts wait for more than a minute in all.
        config = Config(retries={"mode": "standard", "total_max_attempts": 10}, max_pool_connections=CONNECTIONS)
        # Any: the types of boto3 know a client only by the literal name of its service.
        session: Any = boto3.Session()
        client = partial(session.client, config=config)
    stacks = client("cloudformation")
    try:
        [description] = stacks.describe_stacks(StackName=stack)["Stacks"]
    except stacks.exceptions.ClientError as error:
        # CloudFormation has no code of its own for it.
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise OperationError(f"There is no stack {stack} in this account and region.") from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
    try:
        return Target(client, outputs["TableName"], outputs["CredentialsSecretArn"])
    except KeyError as error:
        raise OperationError(
            f"The stack {stack} has no output {error.args[0]}: it is another application's, or not made completely yet."
        ) from None
