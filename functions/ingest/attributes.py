"""Attributes: the key-value pairs of a submission, in the three forms that senders use."""

from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, Subnormal
from typing import Any, NamedTuple

from ingest.errors import Problem, ProblemsError

MAX_OBJECTS = 10
MAX_PAIRS = 100
MAX_NAME = 256
MAX_STRING = 1024
MAX_DEPTH = 30  # DynamoDB nests 32 deep, and the attributes map is a level of its own.

# DynamoDB's numbers: 38 digits, 1E-130 to 9.99E+125 in magnitude. Leaving that range raises.
_NUMBER = Context(prec=38, Emin=-130, Emax=125, traps=[Inexact, InvalidOperation, Overflow, Subnormal])


def read_attributes(value: object) -> dict[str, Any] | None:
    """Merge an array of attribute objects into one map from name to value; the last of a name counts.

    Numbers become normalized Decimals, so 1, 1.0 and 1e0 are the same content. Raises ProblemsError.
    """
    if value is None:
        return None
    pairs, problems = _pairs(value)
    attributes: dict[str, Any] = {}
    for pair in pairs:
        if not isinstance(pair.name, str) or not 1 <= len(pair.name) <= MAX_NAME:
            problems.append((pair.name_path, f"must be a string of 1 to {MAX_NAME} characters"))
        elif pair.value is not None:
            try:
                attributes[pair.name] = _checked(pair.value)
            except ValueError as error:
                problems.append((pair.value_path, str(error)))
    if problems:
        raise ProblemsError(problems)
    return attributes


class _Pair(NamedTuple):
    name_path: str
    name: object
    value_path: str
    value: Any


def _pairs(value: object) -> tuple[list[_Pair], list[Problem]]:
    if not isinstance(value, list):
        raise ProblemsError([("attributes", "must be an array of objects")])
    if len(value) > MAX_OBJECTS:
        raise ProblemsError([("attributes", f"must have at most {MAX_OBJECTS} objects")])
    pairs: list[_Pair] = []
    problems: list[Problem] = []
    for index, element in enumerate(value):
        path = f"attributes[{index}]"
        if isinstance(element, dict):
            pairs += _pairs_of(path, element)
        else:
            problems.append((path, "must be an object"))
    if len(pairs) > MAX_PAIRS:
        raise ProblemsError([("attributes", f"must have at most {MAX_PAIRS} pairs in all")])
    return pairs, problems


def _pairs_of(path: str, element: dict[str, Any]) -> list[_Pair]:
    if len(element) == 2 and "value" in element:  # noqa: PLR2004 -- the value and what names it
        for member in ("name", "key"):
            if member in element:
                return [_Pair(f"{path}.{member}", element[member], f"{path}.value", element["value"])]
    return [_Pair(path, name, f"{path}.{name}", value) for name, value in element.items()]


def _checked(value: Any) -> Any:
    if isinstance(value, str) and len(value) > MAX_STRING:
        raise ValueError(f"must have at most {MAX_STRING} characters")
    return _storable(value, MAX_DEPTH)


def _storable(value: Any, depth: int) -> Any:
    """Return a JSON value as DynamoDB can hold it, in at most this many levels of nesting."""
    if isinstance(value, str | bool | None):
        return value
    if isinstance(value, int | Decimal):
        return _number(value)
    if depth == 0:
        raise ValueError(f"must be nested at most {MAX_DEPTH} deep")
    if isinstance(value, list):
        return [_storable(element, depth - 1) for element in value]
    if "" in value:
        raise ValueError("must not have a member with an empty name")
    return {name: _storable(member, depth - 1) for name, member in value.items()}


def _number(value: int | Decimal) -> Decimal:
    try:
        # "or": -0 is the same number as 0, and must be the same content.
        return _NUMBER.normalize(Decimal(value)) or Decimal(0)
    except ArithmeticError as error:
        raise ValueError("must hold only numbers of at most 38 digits, 1E-130 to 9.99E+125 in magnitude") from error
