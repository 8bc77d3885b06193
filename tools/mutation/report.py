"""The report, from what the tests recorded and which of them noticed a broken line."""

import os
import platform
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from textwrap import TextWrapper
from xml.etree import ElementTree

from tools.mutation.mutations import MUTATIONS
from tools.template import load

_FAULTS = "a fault is answered by the contract and a retry makes it right"

_Recorded = dict[str, str]
_Tests = Mapping[str, Mapping[str, _Recorded]]
"""What was recorded, by the sentence that is a test's name, and by the parameter of each case."""


def text(results: Path, noticed: Mapping[str, Sequence[str]]) -> str:
    """Return the report as Markdown: how often each test was run, and the broken lines by the test that noticed."""
    tests = _read(results)
    timeout = load("template.yaml")["Resources"]["IngestFunction"]["Properties"]["Timeout"]
    counts = "\n".join(f"| {what} | {how_often} |" for what, how_often in _counts(tests))
    faults = "\n".join(_faults(tests[_FAULTS]))
    [meetings] = {recorded["meetings"] for recorded in tests[_FAULTS].values()}
    broken = "\n".join(_listed(f"`{test}`", meanings) for test, meanings in noticed.items())
    return f"""# Reliability: what was tried, how often, and what held

Written by `make reliability`; nothing here is edited by hand. Every test passed, and each of {len(MUTATIONS)} broken
lines was noticed. This run: {datetime.now(UTC):%Y-%m-%d}, on {os.cpu_count()} {platform.machine()} processors,
{platform.system()}, Python {platform.python_version()}.

`make test` runs the same tests at smaller sizes. They use real processes: the function's own, an emulator of AWS
(MiniStack), and a proxy between the two that misbehaves and counts every write that was applied. The free texts, the
header values and the secrets that they send hold a planted text, which no log line and no body of an error told.

## What was tried

| what | how often |
| --- | --- |
{counts}

## Faults between the function and DynamoDB

{meetings} submissions met each fault in every attempt of the SDK, and got the status that stands here, within the
function's timeout of {timeout} s. {meetings} more met it in the first attempt alone, and got 200, except where the SDK
makes no second attempt: a 200 that is not DynamoDB's, TransactionConflictException, refused credentials, no table.
The client's retry then got 200, each submission had been applied once, and the record was right.

{faults}

## What the tests notice

Each of these lines was broken, alone, and a test failed.

{broken}
"""


def _read(results: Path) -> _Tests:
    tests: defaultdict[str, dict[str, _Recorded]] = defaultdict(dict)
    for case in ElementTree.parse(results).iter("testcase"):  # noqa: S314 -- pytest wrote it a moment ago
        name, _, parameter = case.attrib["name"].removeprefix("test_").partition("[")
        recorded = {each.attrib["name"]: each.attrib["value"] for each in case.iter("property")}
        tests[name.replace("_", " ")][parameter.removesuffix("]")] = recorded
    return tests


def _counts(tests: _Tests) -> Iterator[tuple[str, str]]:
    for sentence, cases in tests.items():
        if sentence == _FAULTS or not any(cases.values()):
            yield sentence, f"{len(cases)} cases" if len(cases) > 1 else "once"
            continue
        for parameter, recorded in cases.items():
            what = f"{sentence}: {parameter}" if parameter else sentence
            yield what, ", ".join(f"{value} {name}" for name, value in recorded.items())


def _faults(cases: Mapping[str, _Recorded]) -> Iterator[str]:
    """Yield what each status answered, with the longest time that an answer took."""
    by_status: defaultdict[str, list[str]] = defaultdict(list)
    for fault, recorded in cases.items():
        by_status[recorded["status"]].append(fault)
    for status, faults in sorted(by_status.items()):
        seconds = max(float(cases[fault]["seconds at most"]) for fault in faults)
        yield _listed(f"{status}, within {seconds} s", faults)


def _listed(subject: str, what: Sequence[str]) -> str:
    """Return an item of a list. A test's name may be longer than a line."""
    wrapper = TextWrapper(120, "- ", "  ", break_long_words=False, break_on_hyphens=False)
    return wrapper.fill(f"{subject}: {'; '.join(what)}")
