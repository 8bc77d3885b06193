"""Tables in Markdown, for the generated parts of the pages, which cog fills."""

from collections.abc import Iterable


def markdown(*rows: list[str]) -> str:
    """Return a table with its head in the first row, and every column but the first right-aligned."""
    head, *body = rows
    rule = ["---", *["--:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *body))


def row(name: str, values: Iterable[float], form: str = ",.0f") -> list[str]:
    """Return a row of numbers."""
    return [name, *(format(value, form) for value in values)]
