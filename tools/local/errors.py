"""What can go wrong with the local stack, told in a sentence that says what to do."""


class StackError(Exception):
    """The local stack can't do what was asked; the message is for the person who asked."""
