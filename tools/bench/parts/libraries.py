"""The libraries alone, as far as the service needs them: imported, client and metrics made, nothing of its own."""

from startup import loading

with loading():
    from aws_lambda_powertools.utilities.parser import BaseModel, parse

    import telemetry  # noqa: F401 -- makes Powertools' metrics
    from aws_client import create_client

    create_client("dynamodb")

__all__ = ["BaseModel", "handle", "parse"]


def handle(_: object, __: object) -> None:
    """Do nothing."""
