"""What an operator's command can't do, told in a sentence that says what to do instead."""


class OperationError(Exception):
    """The command was refused and has changed nothing, unless its message says otherwise."""
