"""Attributes: the key-value pairs of a submission, in the forms that senders use."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ingest.attribute_value import AttributeValue, to_attribute_value
from ingest.errors import Problem, ProblemsError
from ingest.limits import MAX_NAME, MAX_OBJECTS, MAX_PAIRS

_NAME_RULE = f"must be a string of 1 to {MAX_NAME} characters"


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of a submission."""

    values: dict[str, AttributeValue]
    """By name, in the names' order."""
    ignored: list[str] = field(default_factory=list)
    """Paths of what was sent and is not in `values`."""


def read_attributes(value: object) -> Attributes | None:
    """Merge an array of attribute objects; the last value of a name counts. Raises ProblemsError."""
    if value is None:
        return None
    pairs, ignored, problems = _pairs(value)
    values: dict[str, AttributeValue] = {}
    origins: dict[str, str] = {}
    for pair in pairs:
        if not isinstance(pair.name, str) or not 1 <= len(pair.name) <= MAX_NAME:
            problems.append((pair.name_path, _NAME_RULE))
        elif pair.value is not None:
            try:
                stored = to_attribute_value(pair.value)
            except ValueError as error:
                problems.append((pair.value_path, str(error)))
                continue
            if values.get(pair.name, stored) != stored:
                ignored.append(origins[pair.name])
            values[pair.name], origins[pair.name] = stored, f"{pair.path}.{pair.name}"
    if problems:
        raise ProblemsError(problems)
    return Attributes(dict(sorted(values.items())), ignored)


class _Pair(NamedTuple):
    path: str
    name_path: str
    name: object
    value_path: str
    value: Any


def _pairs(value: object) -> tuple[list[_Pair], list[str], list[Problem]]:
    if not isinstance(value, list):
        advice = ": wrap it in [ ]" if isinstance(value, dict) else ""
        raise ProblemsError([("attributes", f"must be an array of objects{advice}")])
    if len(value) > MAX_OBJECTS:
        raise ProblemsError([("attributes", f"must have at most {MAX_OBJECTS} objects")])
    pairs: list[_Pair] = []
    ignored: list[str] = []
    problems: list[Problem] = []
    for index, element in enumerate(value):
        path = f"attributes[{index}]"
        if not isinstance(element, dict):
            problems.append((path, "must be an object"))
        elif pair := _named_pair(path, element):
            pairs.append(pair)
            used = {pair.name_path, pair.value_path}
            ignored += [member for member in (f"{path}.{name}" for name in element) if member not in used]
        else:
            pairs += [_Pair(path, path, name, f"{path}.{name}", member) for name, member in element.items()]
    if len(pairs) > MAX_PAIRS:
        raise ProblemsError([("attributes", f"must have at most {MAX_PAIRS} pairs in all")])
    return pairs, ignored, problems


def _named_pair(path: str, element: dict[str, Any]) -> _Pair | None:
    """Return the pair of an object that has a member `value` and a `name` or else a `key`, in any case."""
    members: dict[str, str] = {}
    for member in element:
        members.setdefault(member.lower(), member)
    value, name = members.get("value"), members.get("name", members.get("key"))
    if value is None or name is None:
        return None
    return _Pair(path, f"{path}.{name}", element[name], f"{path}.{value}", element[value])
