"""A function's start: what it is made of is imported once, and stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Keep the garbage collector off the imports in this block, and off what they made ever after.

    They make tens of thousands of objects, next to none of them garbage. Python would look through them 40 times.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
