"""Converts JSON values to DynamoDB attribute values, within DynamoDB's limits, and back to JSON text."""

import json
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, Subnormal
from typing import Any

from ingest.limits import MAX_DEPTH, MAX_NAME, MAX_STRING

_encode = json.JSONEncoder(ensure_ascii=False).encode

AttributeValue = dict[str, Any]
"""A value keyed by its DynamoDB data type, such as {"S": "text"} or {"N": "1"}."""

# 38 digits, 1E-130 to 9.99E+125 in magnitude. Any other number raises.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
_DIGITS = 38
_NUMBER = Context(prec=_DIGITS, Emin=-130, Emax=125, traps=[Inexact, InvalidOperation, Overflow, Subnormal])


def to_attribute_value(value: Any, depth: int = MAX_DEPTH) -> AttributeValue:
    """Return a JSON value as an attribute value. Equal content gives equal results.

    Raises ValueError, with the violated rule as its message, if the value exceeds a limit at any depth.
    """
    match value:
        case str():
            if len(value) > MAX_STRING:
                raise ValueError(f"must have at most {MAX_STRING} characters in a string")
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case None:
            return {"NULL": True}
        case int() | Decimal():
            return {"N": _canonical_number(value)}
    if depth == 0:
        raise ValueError(f"must be nested at most {MAX_DEPTH} deep")
    if isinstance(value, list):
        return {"L": [to_attribute_value(element, depth - 1) for element in value]}
    if not all(1 <= len(name) <= MAX_NAME for name in value):
        raise ValueError(f"must have member names of 1 to {MAX_NAME} characters")
    return {"M": {name: to_attribute_value(member, depth - 1) for name, member in sorted(value.items())}}


def to_json_text(value: AttributeValue) -> str:
    """Return an attribute value as JSON text. Numbers keep all their digits; a float would lose some."""
    ((data_type, content),) = value.items()
    match data_type:
        case "N":
            return str(content)
        case "L":
            return f"[{', '.join(map(to_json_text, content))}]"
        case "M":
            members = (f"{_encode(name)}: {to_json_text(member)}" for name, member in content.items())
            return f"{{{', '.join(members)}}}"
        case "NULL":
            return "null"
        case _:
            return _encode(content)


def _canonical_number(value: int | Decimal) -> str:
    """Return the canonical form of a number, however it is written: 1.0 as 1, -0 as 0, 1E+2 as 100."""
    try:
        normalized = _NUMBER.normalize(Decimal(value)) or Decimal(0)
    except ArithmeticError as error:
        raise ValueError("must hold only numbers of at most 38 digits, 1E-130 to 9.99E+125 in magnitude") from error
    return f"{normalized:f}" if abs(normalized.adjusted()) < _DIGITS else str(normalized)
