"""Reads docs/integrating.md: its code and its tables, by the heading that they stand under."""

import re
import sys
from shutil import which
from typing import Any

import pytest

from tools.command import run
from tools.local.programs import ROOT

TEXT = (ROOT / "docs/integrating.md").read_text()
_, *_PARTS = re.split(r"^##+ (.+)$", TEXT, flags=re.MULTILINE)
SECTIONS = dict(zip(_PARTS[::2], _PARTS[1::2], strict=True))
PLATFORMS = ["A messaging thread", "A voice call", "A help desk"]
PYTHON_INPUT = "json.load(sys.stdin)"
JAVASCRIPT_INPUT = 'JSON.parse(require("fs").readFileSync(0))'


def code(heading: str, language: str, number: int = 0) -> str:
    """Return a section's code in a language, the first where there are several."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", SECTIONS[heading], re.MULTILINE | re.DOTALL)
    return str(found[number])


def table(heading: str, number: int = 0) -> list[list[str]]:
    """Return the cells of a section's table, row by row, without its head."""
    found = re.findall(r"(?:^\|.*\n)+", SECTIONS[heading], re.MULTILINE)
    rows = found[number].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def quoted(cell: str) -> list[str]:
    """Return what a cell shows as code."""
    return re.findall(r"`([^`]+)`", cell)


def run_python(source: str, given: str, env: dict[str, str]) -> Any:
    """Run Python that reads its input and prints its result; return how it ended."""
    return run([sys.executable, "-c", source], env=env, given=given)


def run_javascript(source: str, given: str, env: dict[str, str]) -> Any:
    """The same with JavaScript; the test is skipped where there is no Node."""
    node = which("node") or pytest.skip("There is no node here to run the page's JavaScript.")
    return run([node, "-e", source], env=env, given=given)
