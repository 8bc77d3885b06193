"""The report, from what the tests recorded and which of them noticed a broken line."""

import os
import platform
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from tools.mutation.mutations import Mutation
from tools.template import load

_FAULTS = "a fault that lasts is answered by the contract and a retry makes it right"


class _Case(NamedTuple):
    parameter: str
    recorded: dict[str, str]


_Cases = dict[str, list[_Case]]
"""By the sentence that is their test's name."""


def text(results: Path, notices: list[tuple[Mutation, str]]) -> str:
    """Return the report as Markdown."""
    cases = _read(results)
    count = sum(len(group) for group in cases.values())
    timeout = load("template.yaml")["Resources"]["IngestFunction"]["Properties"]["Timeout"]
    faults = _table("a lasting fault | meetings | status | seconds until the answer, at most", _fault_rows(cases))
    counts = _table("what | how often", _counts(cases))
    broken = [(mutation.meaning, f"`{mutation.file}`", f"`{test}`") for mutation, test in notices]
    return f"""# Reliability: what was tried, how often, and what held

Written by `make reliability`; nothing here is edited by hand. This run: {datetime.now(UTC):%Y-%m-%d}, on
{os.cpu_count()} {platform.machine()} processors, {platform.system()}, Python {platform.python_version()}. {count} tests
passed, and each of {len(notices)} broken lines was noticed.

`make test` runs the same tests at smaller sizes. They use real processes: the function's own, an emulator of AWS
(MiniStack) that speaks DynamoDB's and Secrets Manager's protocols, and a proxy between the two that misbehaves and
counts every write that was applied. The free texts of submissions, the header values and the secrets that they send
hold a planted text, and neither a log line nor an error's body was found to tell it.

## What was tried

{counts}

## Faults between the function and DynamoDB

Each fault met a submission without attributes, with the first attributes of its conversation, and with more. "Lasting"
means that every attempt met it. After each, the client's retry got 200, every submission had been applied once, and the
record was right. The function's timeout is {timeout} s. A fault that passed at the first attempt was not noticed by the
client, except where a second attempt of the SDK is not made or can't help: an answer of status 200 that is not
DynamoDB's, and a refusal of the function's credentials or of its table. Those have one status either way.

{faults}

## What the tests notice

Each of these lines was broken, alone, and a test failed.

{_table("broken so that | in | noticed by", broken)}
"""


def _read(results: Path) -> _Cases:
    cases: _Cases = defaultdict(list)
    for case in ElementTree.parse(results).iter("testcase"):  # noqa: S314 -- pytest wrote it a moment ago
        name, _, parameter = case.attrib["name"].removeprefix("test_").partition("[")
        recorded = {each.attrib["name"]: each.attrib["value"] for each in case.iter("property")}
        cases[name.replace("_", " ")].append(_Case(parameter.removesuffix("]"), recorded))
    return cases


def _counts(cases: _Cases) -> Iterator[tuple[str, ...]]:
    for sentence, group in cases.items():
        if sentence == _FAULTS or not any(case.recorded for case in group):
            yield sentence, f"{len(group)} cases" if len(group) > 1 else "once"
            continue
        for case in group:
            what = f"{sentence}: {case.parameter}" if case.parameter else sentence
            yield what, ", ".join(f"{value} {name}" for name, value in case.recorded.items())


def _fault_rows(cases: _Cases) -> Iterator[tuple[str, ...]]:
    by_fault: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for case in cases.get(_FAULTS, []):
        by_fault[case.parameter.partition("-")[0]].append(case.recorded)
    for fault, group in by_fault.items():
        meetings = sum(int(recorded["meetings"]) for recorded in group)
        seconds = max(float(recorded["seconds at most"]) for recorded in group)
        yield fault, str(meetings), ", ".join(sorted({recorded["status"] for recorded in group})), f"{seconds:.1f}"


def _table(header: str, rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, " | ".join("---" for _ in header.split(" | ")), *(" | ".join(row) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines)
