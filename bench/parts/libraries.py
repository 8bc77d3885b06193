"""The libraries alone, as far as the service needs them: imported, their client and logger made, nothing of its own."""

import boto3
from aws_lambda_powertools.utilities.parser import BaseModel, parse

import telemetry  # noqa: F401 -- makes Powertools' logger and metrics
from aws import CA_BUNDLE, CONFIG

__all__ = ["BaseModel", "handle", "parse"]

boto3.client("dynamodb", config=CONFIG, verify=CA_BUNDLE)


def handle(_: object, __: object) -> None:
    """Do nothing."""
