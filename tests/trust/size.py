"""How much the tests try: a short version by default, the full sizes with TORTURE=1."""

import os

FULL = os.environ.get("TORTURE") == "1"


def size(short: int, full: int) -> int:
    return full if FULL else short
