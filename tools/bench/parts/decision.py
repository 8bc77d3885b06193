"""The authorizer's decision from its cache, without the line that it logs."""

from authorizer.credentials import are_valid


def handle(_: object, __: object) -> bool:
    """Check the credentials of the one client that the stub's secret names."""
    return are_valid("acme", "s3cret")
