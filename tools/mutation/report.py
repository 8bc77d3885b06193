"""The report, from what the tests recorded and which of them noticed a broken line."""

import os
import platform
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from tools.mutation.mutant import ROOT
from tools.mutation.mutations import Mutation
from tools.template import load

FILE = ROOT / "docs/reliability.md"
_FAULTS = "a fault that lasts is answered by the contract and a retry makes it right"

_TEMPLATE = """\
# Reliability: what was tried, how often, and what held

Written by `make reliability`; nothing here is edited by hand. This run: {date}, on {machine}.
{count} tests passed in {tests:.0f} minutes; each of {mutations} broken lines was noticed, in {mutating:.0f} more.

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

{mutations_table}
"""


class Durations(NamedTuple):
    """Seconds that the tests and the mutations took."""

    tests: float
    mutations: float


class _Case(NamedTuple):
    file: str
    sentence: str
    parameter: str
    recorded: dict[str, str]


def text(results: Path, notices: list[tuple[Mutation, str]], durations: Durations) -> str:
    """Return the report as Markdown."""
    cases = list(_cases(results))
    return _TEMPLATE.format(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=_machine(),
        count=len(cases),
        tests=durations.tests / 60,
        mutations=len(notices),
        mutating=durations.mutations / 60,
        timeout=load("template.yaml")["Resources"]["IngestFunction"]["Properties"]["Timeout"],
        counts=_table(("what", "how often"), _counts(cases)),
        faults=_table(
            ("a lasting fault", "meetings", "status", "seconds until the answer, at most"), _fault_rows(cases)
        ),
        mutations_table=_table(
            ("broken so that", "in", "noticed by"),
            ((mutation.meaning, f"`{mutation.file}`", f"`{test}`") for mutation, test in notices),
        ),
    )


def _machine() -> str:
    system = (
        f"{os.cpu_count()} {platform.machine()} processors, {platform.system()}, Python {platform.python_version()}"
    )
    return f"{system}, with a load of {os.getloadavg()[2]:.1f} over the last 15 minutes"


def _cases(results: Path) -> Iterator[_Case]:
    for case in ElementTree.parse(results).iter("testcase"):  # noqa: S314 -- pytest wrote it a moment ago
        name, _, parameter = case.attrib["name"].removeprefix("test_").partition("[")
        recorded = {each.attrib["name"]: each.attrib["value"] for each in case.iter("property")}
        file = case.attrib["classname"].rpartition(".")[2]
        yield _Case(file, name.replace("_", " "), parameter.removesuffix("]"), recorded)


def _counts(cases: list[_Case]) -> Iterator[tuple[str, ...]]:
    by_sentence: defaultdict[str, list[_Case]] = defaultdict(list)
    for case in cases:
        by_sentence[case.sentence].append(case)
    for sentence, group in by_sentence.items():
        if any(case.recorded for case in group) and sentence != _FAULTS:
            for case in group:
                what = f"{sentence}: {case.parameter}" if case.parameter else sentence
                yield what, ", ".join(f"{value} {name}" for name, value in case.recorded.items())
        else:
            yield sentence, f"{len(group)} cases" if len(group) > 1 else "once"


def _fault_rows(cases: list[_Case]) -> Iterator[tuple[str, ...]]:
    by_fault: defaultdict[str, list[_Case]] = defaultdict(list)
    for case in cases:
        if case.sentence == _FAULTS:
            by_fault[case.parameter.partition("-")[0]].append(case)
    for fault, group in by_fault.items():
        statuses = sorted({case.recorded["status"] for case in group})
        seconds = max(float(case.recorded["seconds at most"]) for case in group)
        meetings = sum(int(case.recorded["meetings"]) for case in group)
        yield fault, str(meetings), ", ".join(statuses), f"{seconds:.1f}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
