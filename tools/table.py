"""Tables in Markdown, for the generated parts of docs/, which cog fills."""

from collections.abc import Iterable

Row = list[str]


def row(name: str, values: Iterable[float], form: str = "{:,.0f}") -> Row:
    """Return a row of numbers."""
    return [name, *(form.format(value) for value in values)]


def markdown(rows: Iterable[Row]) -> str:
    """Return a table with its head in the first row, and every column but the first right-aligned."""
    head, *body = rows
    rule = ["---", *["--:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *body))
