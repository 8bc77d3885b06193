"""The stack that a command works on: one in AWS, or the one of `make serve`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3
from botocore.config import Config

from tools.errors import CommandError
from tools.local.deployment import STACK
from tools.local.emulated_aws import client as local_client
from tools.local.stack import served

CONNECTIONS = 16
"""Concurrent calls of one client."""


@dataclass(frozen=True)
class Target:
    """A deployed stack."""

    client: Callable[[str], Any]
    """Returns the client of an AWS service, by the service's name."""
    description: str
    url: str
    table: str
    erasures: str
    secret: str
    retention_days: int


def find_target(stack: str, *, local: bool) -> Target:
    """Return the stack of this name in the account and region of the environment, or the one of `make serve`."""
    if local:
        stack, client = STACK, partial(local_client, endpoint=served()["url"])
    else:
        # A restore meets the table's limits. Ten attempts wait for more than a minute in all.
        config = Config(retries={"mode": "standard", "total_max_attempts": 10}, max_pool_connections=CONNECTIONS)
        # Any: boto3's type stubs accept only literal service names.
        session: Any = boto3.Session()
        client = partial(session.client, config=config)
    stacks = client("cloudformation")
    try:
        [description] = stacks.describe_stacks(StackName=stack)["Stacks"]
    except stacks.exceptions.ClientError as error:
        # CloudFormation has no error code for a missing stack.
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise CommandError(
            f"Stack {stack} does not exist in this account and region. Set STACK, or use --stack."
        ) from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
    parameters = {it["ParameterKey"]: it["ParameterValue"] for it in description.get("Parameters", [])}
    _, _, _, region, account, _ = description["StackId"].split(":")
    where = f"Stack {description['StackName']}{' of make serve' if local else ''}, account {account}, region {region}"
    try:
        return Target(
            client,
            where,
            # The emulator's own URL of an API does not resolve.
            url=served()["url"] if local else outputs["ApiUrl"],
            table=outputs["TableName"],
            erasures=outputs["ErasuresTableName"],
            secret=outputs["CredentialsSecretArn"],
            retention_days=int(parameters["RetentionDays"]),
        )
    except KeyError as error:
        raise CommandError(
            f"{where}, has no {error.args[0]}. It belongs to another application, or this release is not deployed yet."
        ) from None
