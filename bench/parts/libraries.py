"""The libraries alone, as far as the service needs them: imported, their client and logger made, nothing of its own."""

from startup import loading

with loading():
    from aws_lambda_powertools.utilities.parser import BaseModel, parse

    import telemetry  # noqa: F401 -- makes Powertools' logger and metrics
    from aws import create_client

    create_client("dynamodb")

__all__ = ["BaseModel", "handle", "parse"]


def handle(_: object, __: object) -> None:
    """Do nothing."""
