"""JSON for people: on one line as long as that fits, else a line for each member."""

import json
from decimal import Decimal

_WIDTH = 100
_INDENT = "  "


def lay_out(value: object, indent: str = "") -> str:
    """Return a JSON value, or one that DynamoDB's deserializer made, as text to be read."""
    line = json.dumps(value, ensure_ascii=False, default=_plain)
    if len(indent) + len(line) <= _WIDTH:
        return line
    inner = indent + _INDENT
    match value:
        case dict():
            members = [f"{inner}{lay_out(name)}: {lay_out(member, inner)}" for name, member in value.items()]
            return "\n".join(["{", ",\n".join(members), f"{indent}}}"])
        case list():
            elements = [inner + lay_out(element, inner) for element in value]
            return "\n".join(["[", ",\n".join(elements), f"{indent}]"])
        case _:
            return line


def _plain(value: object) -> object:
    """Return what JSON has for DynamoDB's sets and numbers."""
    if isinstance(value, set):
        return sorted(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value).__name__)
