"""What the submissions of one conversation cost: in DynamoDB, and in the log."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Measurement:
    """What the submissions of the workload's conversation cost, one after the other."""

    item_bytes: list[int]
    """Size of the item after each submission."""
    write_units: list[int]
    """Write units of each, failed conditions included."""
    writes: list[int]
    """Calls of DynamoDB for each."""
    duplicate_units: list[int]
    """Write units of each, sent once more."""
    token_bytes: int
    """What each submission, whatever its content, adds to the item for good."""
    stored_line: int
    refused_line: int
    access_line: int
    """Bytes of the log lines."""
    response: int
    """Bytes of a response's body."""


def value_bytes(value: dict[str, Any]) -> int:
    """Return the size of a DynamoDB value, by the rules of the developer guide on item sizes."""
    kind, content = next(iter(value.items()))
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return (len(content.lstrip("-").replace(".", "").strip("0")) + 1) // 2 + 1
        case "SS":
            return sum(len(element.encode()) for element in content)
        case "L":
            return 3 + sum(1 + value_bytes(element) for element in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + value_bytes(member) for name, member in content.items())
        case _:
            return 1
