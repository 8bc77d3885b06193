"""Reads the code and the tables of docs/integrating.md by their headings."""

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
    """Return the rows of a section's table, without its head."""
    [found] = re.findall(r"(?:^\|.*\n)+", SECTIONS[heading], re.MULTILINE)
    rows = found.splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def quoted(cell: str) -> list[str]:
    """Return the code in a cell."""
    return re.findall(r"`([^`]+)`", cell)
