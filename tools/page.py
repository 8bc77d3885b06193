"""Fills the tables of a page of docs/ whose text is written by hand."""

import re
from collections.abc import Iterable
from pathlib import Path

Row = list[str]
_DOCS = Path(__file__).parents[1] / "docs"


def fill(name: str, tables: dict[str, list[Row]]) -> None:
    """Put each table, its head first, under its mark: `<!-- name -->` on a line of its own. Print the page."""
    path = _DOCS / name
    text = path.read_text()
    for mark, (head, *rows) in tables.items():
        rule = ["---", *["--:"] * (len(head) - 1)]
        table = "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
        text, found = re.subn(rf"(?<=^<!-- {mark} -->\n)(\|.*\n)*", f"{table}\n", text, flags=re.MULTILINE)
        if not found:
            raise LookupError(f"{name} has no place for the table '{mark}'.")
    path.write_text(text)
    print(text)


def row(name: str, values: Iterable[float], form: str = "{:,.0f}") -> Row:
    """Return a row of numbers."""
    return [name, *(form.format(value) for value in values)]
