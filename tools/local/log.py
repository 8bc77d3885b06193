"""Reads the logs of the deployed functions."""

import time
from collections.abc import Iterable, Iterator
from typing import Any

from tools.local.emulated_aws import client

_SECONDS_BETWEEN_LOOKS = 0.5
# The emulator always writes Lambda's own lines. With the template's log level, AWS does not.
_PLATFORM = ("START RequestId:", "END RequestId:", "REPORT RequestId:")


def log_lines(function: str, endpoint: str) -> list[str]:
    """Return the lines of a function's log group, oldest first."""
    events = client("logs", endpoint).get_paginator("filter_log_events")
    pages = events.paginate(logGroupName=_group(function, endpoint))
    return [event["message"] for page in pages for event in page["events"]]


def follow(functions: Iterable[str], endpoint: str) -> Iterator[str]:
    """Yield every line that the functions have logged and, without end, every new one."""
    logs = client("logs", endpoint)
    # The newest events of each group, all of one millisecond. The next request starts there and returns them again.
    newest: dict[str, list[dict[str, Any]]] = {_group(function, endpoint): [] for function in functions}
    while True:
        found = []
        for group, seen in newest.items():
            since = seen[0]["timestamp"] if seen else 0
            events = logs.filter_log_events(logGroupName=group, startTime=since)["events"]
            found += [event for event in events if event not in seen]
            newest[group] = [event for event in events if event["timestamp"] == events[-1]["timestamp"]]
        for event in sorted(found, key=lambda event: int(event["timestamp"])):
            if not event["message"].startswith(_PLATFORM):
                yield event["message"].rstrip("\n")
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _group(function: str, endpoint: str) -> str:
    configuration = client("lambda", endpoint).get_function_configuration(FunctionName=function)
    return str(configuration["LoggingConfig"]["LogGroup"])
