"""Shows the steps of a command: that they are under way, and how long they took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def step(description: str) -> Iterator[None]:
    """Print the description, a dot per second, and the step's duration when it is over."""
    print(f"{description} ...", end="", flush=True)
    start, over = time.monotonic(), Event()
    dots = Thread(target=_print_dots, args=[over])
    dots.start()
    result = "failed"
    try:
        yield
        result = f"{time.monotonic() - start:.1f} s"
    finally:
        over.set()
        dots.join()
        print(f" {result}", flush=True)


def _print_dots(over: Event) -> None:
    while not over.wait(1):
        print(".", end="", flush=True)
