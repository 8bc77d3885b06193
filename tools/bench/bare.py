"""boto3's own UpdateItem, with the service's client and the parameters of its request, and nothing else."""

from typing import Any

from aws_client import create_client

dynamodb = create_client("dynamodb")


def handle(parameters: dict[str, Any], _: object) -> None:
    """Send the request."""
    dynamodb.update_item(**parameters)
