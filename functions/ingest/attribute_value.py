"""DynamoDB's attribute values: made of JSON values within DynamoDB's limits, and written as JSON again."""

import json
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow, Subnormal
from typing import Any

from ingest.limits import MAX_DEPTH, MAX_NAME, MAX_STRING

AttributeValue = dict[str, Any]
"""A value with DynamoDB's name for its type, as in {"S": "text"} or {"N": "1"}."""

# 38 digits, 1E-130 to 9.99E+125 in magnitude; leaving that range raises.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
_DIGITS = 38
_NUMBER = Context(prec=_DIGITS, Emin=-130, Emax=125, traps=[Inexact, InvalidOperation, Overflow, Subnormal])


def to_attribute_value(value: Any, depth: int = MAX_DEPTH) -> AttributeValue:
    """Return a JSON value in DynamoDB's types. Equal content gives equal results.

    Raises ValueError, which says what would be right, for what is beyond a limit at whatever depth.
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
            return {"N": _number(value)}
    if depth == 0:
        raise ValueError(f"must be nested at most {MAX_DEPTH} deep")
    if isinstance(value, list):
        return {"L": [to_attribute_value(element, depth - 1) for element in value]}
    if not all(1 <= len(name) <= MAX_NAME for name in value):
        raise ValueError(f"must have member names of 1 to {MAX_NAME} characters")
    return {"M": {name: to_attribute_value(member, depth - 1) for name, member in sorted(value.items())}}


def to_json_text(value: AttributeValue) -> str:
    """Return an attribute value as JSON. Numbers stay the digits that they are: a float would lose some."""
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return str(content)
        case "L":
            return f"[{', '.join(map(to_json_text, content))}]"
        case "M":
            return object_text({name: to_json_text(member) for name, member in content.items()})
        case "NULL":
            return "null"
        case _:
            return json.dumps(content, ensure_ascii=False)


def object_text(members: dict[str, str]) -> str:
    """Return a JSON object whose members' values are JSON already."""
    return f"{{{', '.join(f'{json.dumps(name, ensure_ascii=False)}: {text}' for name, text in members.items())}}}"


def _number(value: int | Decimal) -> str:
    """Return a number in one form for all its ways to be written: 1.0 as 1, -0 as 0, 1E+2 as 100."""
    try:
        normal = _NUMBER.normalize(Decimal(value)) or Decimal(0)
    except ArithmeticError as error:
        raise ValueError("must hold only numbers of at most 38 digits, 1E-130 to 9.99E+125 in magnitude") from error
    return f"{normal:f}" if abs(normal.adjusted()) < _DIGITS else str(normal)
