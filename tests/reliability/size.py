"""The size of the tests: small by default, full with FULL_SIZE=1."""

import os

FULL = os.environ.get("FULL_SIZE") == "1"


def size(short: int, full: int) -> int:
    return full if FULL else short
