"""What other programs are told of the running `make serve`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tools.local.errors import StackError
from tools.local.private import write_private
from tools.local.programs import LOCAL
from tools.local.stack import Stack

_DESCRIPTION = LOCAL / "stack.json"


@contextmanager
def described(stack: Stack) -> Iterator[None]:
    """Tell where the stack is for as long as the block lasts. It holds the secret, so it is for this user only."""
    description = {
        "url": stack.url,
        "apiId": stack.api_id,
        "apiSecret": stack.api_secret,
        "endpoint": stack.endpoint,
        "tableName": stack.table_name,
    }
    write_private(_DESCRIPTION, json.dumps(description, indent=2))
    try:
        yield
    finally:
        _DESCRIPTION.unlink(missing_ok=True)


def served() -> dict[str, Any]:
    """Return the description; raise StackError if there is none."""
    try:
        return dict(json.loads(_DESCRIPTION.read_text()))
    except OSError as error:
        raise StackError("The local stack is not running: start it with 'make serve'.") from error
