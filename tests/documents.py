"""Reads pages: their sections, blocks of code, tables, and words in code type."""

import re


def sections(text: str) -> dict[str, str]:
    """Return the text below each heading, up to the next one."""
    _, *parts = re.split(r"^##+ (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def blocks(text: str, language: str = r"\w*") -> list[str]:
    """Return the blocks of code, in any language or in one."""
    return re.findall(rf"^ *```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)


def table(text: str) -> list[list[str]]:
    """Return the rows of the only table in a text, without its head."""
    [found] = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in found.splitlines()[2:]]


def quoted(text: str) -> list[str]:
    """Return the words in code type."""
    return re.findall(r"`([^`]+)`", text)
