"""The errors of the operators' commands."""


class OperationError(Exception):
    """The command was rejected. Nothing has changed, unless the message says otherwise."""
