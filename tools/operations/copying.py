"""Goes through millions of items in parallel, in segments, as DynamoDB's Scan divides a table."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event, Lock
from typing import Any

SEGMENTS = 16

_ITEMS_BETWEEN_REPORTS = 1_000

Item = dict[str, Any]


def copy_segments(items_of: Callable[[int, int], Iterable[Item]], copy: Callable[[Item], str]) -> Counter[str]:
    """Give every item of every segment to `copy`; count what it returns, and report while it goes on.

    The first failure, or Ctrl-C, stops all segments after the item that each is at.
    """
    counts: Counter[str] = Counter()
    lock, stopped = Lock(), Event()

    def go_through(segment: int) -> None:
        for item in items_of(segment, SEGMENTS):
            if stopped.is_set():
                return
            outcome = copy(item)
            with lock:
                counts[outcome] += 1
                if counts.total() % _ITEMS_BETWEEN_REPORTS == 0:
                    print(f"{counts.total()} items so far ...", file=sys.stderr)

    with ThreadPoolExecutor(SEGMENTS) as pool:
        try:
            for future in as_completed([pool.submit(go_through, segment) for segment in range(SEGMENTS)]):
                future.result()
        finally:
            stopped.set()
    return counts
