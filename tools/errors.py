"""The error of every command for developers and operators."""


class CommandError(Exception):
    """The command failed or was rejected. The message says what happened and what to do.

    Nothing has changed, unless the message says otherwise.
    """
