"""The size of the tests: small by default, full with FULL_SIZE=1."""

import os
from typing import Any

from hypothesis import settings

FULL = os.environ.get("FULL_SIZE") == "1"


def size(short: int, full: int) -> int:
    return full if FULL else short


def examples(short: int, full: int, **options: Any) -> settings:
    """Hypothesis's settings for a number of examples: the same ones in every short run, new ones at full size."""
    return settings(max_examples=size(short, full), derandomize=not FULL, **options)
