"""Small pieces of Markdown."""


def row(name: str, cells: list[str]) -> str:
    """Return a row of a table."""
    return f"| {name} | {' | '.join(cells)} |"


def join(numbers: list[int]) -> str:
    """Return numbers as an enumeration: 1, 2 and 3."""
    *first, last = (f"{number:,}" for number in numbers)
    return f"{', '.join(first)} and {last}"
