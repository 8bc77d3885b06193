"""Errors of the local stack, with a message for the person who ran the command."""


class StackError(Exception):
    """A command of the local stack failed. The message says what happened and what to do."""
