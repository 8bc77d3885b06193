"""What the deployed functions have logged."""

import time
from collections.abc import Iterable, Iterator
from typing import Any

from tools.local.emulated_aws import client

_SECONDS_BETWEEN_LOOKS = 0.5
# The emulator writes Lambda's own lines in any case, AWS only with another log level than the template's.
_PLATFORM = ("START RequestId:", "END RequestId:", "REPORT RequestId:")


def log_lines(function: str, endpoint: str) -> list[str]:
    """Return the lines in the function's log group, oldest first."""
    events = client("logs", endpoint).get_paginator("filter_log_events")
    pages = events.paginate(logGroupName=_group(function, endpoint))
    return [event["message"] for page in pages for event in page["events"]]


def follow(functions: Iterable[str], endpoint: str) -> Iterator[str]:
    """Yield every line that the functions have logged, and then, without end, those that they log."""
    logs = client("logs", endpoint)
    # Of each group the newest events, all of one millisecond: the next look begins there, and finds them again.
    newest: dict[str, list[dict[str, Any]]] = {_group(function, endpoint): [] for function in functions}
    while True:
        found = []
        for group, known in newest.items():
            since = known[0]["timestamp"] if known else 0
            events = logs.filter_log_events(logGroupName=group, startTime=since)["events"]
            found += [event for event in events if event not in known]
            newest[group] = [event for event in events if event["timestamp"] == events[-1]["timestamp"]]
        for event in sorted(found, key=lambda event: int(event["timestamp"])):
            if not event["message"].startswith(_PLATFORM):
                yield event["message"].rstrip("\n")
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _group(function: str, endpoint: str) -> str:
    configuration = client("lambda", endpoint).get_function_configuration(FunctionName=function)
    return str(configuration["LoggingConfig"]["LogGroup"])
