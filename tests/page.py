"""Reads docs/integrating.md: its code and its tables, by the heading that they stand under."""

import re

from tools.local.programs import ROOT

TEXT = (ROOT / "docs/integrating.md").read_text()
_, *_PARTS = re.split(r"^##+ (.+)$", TEXT, flags=re.MULTILINE)
SECTIONS = dict(zip(_PARTS[::2], _PARTS[1::2], strict=True))
PLATFORMS = ["A messaging thread", "A voice call", "A help desk"]


def code(heading: str, language: str) -> str:
    """Return a section's code in a language."""
    [found] = re.findall(rf"^```{language}\n(.*?)^```$", SECTIONS[heading], re.MULTILINE | re.DOTALL)
    return str(found)


def table(heading: str) -> list[list[str]]:
    """Return the cells of a section's table, row by row, without its head."""
    [found] = re.findall(r"(?:^\|.*\n)+", SECTIONS[heading], re.MULTILINE)
    rows = found.splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def quoted(cell: str) -> list[str]:
    """Return what a cell shows as code."""
    return re.findall(r"`([^`]+)`", cell)
