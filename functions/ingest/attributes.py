"""Parses attributes: the key-value pairs of a submission, in any form that senders use."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ingest.dynamodb_value import AttributeValue, to_attribute_value
from ingest.errors import Problem, RefusedError
from ingest.limits import MAX_NAME, MAX_OBJECTS, MAX_PAIRS

_NAME_RULE = f"must be a string of 1 to {MAX_NAME} characters"


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of a submission."""

    values: dict[str, AttributeValue]
    """Values by attribute name, sorted by name."""
    ignored: list[str] = field(default_factory=list)
    """Paths of sent values that are not stored."""


def read_attributes(value: object) -> Attributes | None:
    """Merge an array of attribute objects. The last value of a repeated name wins. Raises RefusedError."""
    if value is None:
        return None
    pairs, ignored, problems = _all_pairs(value)
    values: dict[str, AttributeValue] = {}
    stored_paths: dict[str, str] = {}
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
                ignored.append(stored_paths[pair.name])
            values[pair.name], stored_paths[pair.name] = stored, f"{pair.path}.{pair.name}"
    if problems:
        raise RefusedError(problems)
    return Attributes(dict(sorted(values.items())), ignored)


class _Pair(NamedTuple):
    path: str
    name_path: str
    name: object
    value_path: str
    value: Any


def _all_pairs(value: object) -> tuple[list[_Pair], list[str], list[Problem]]:
    if not isinstance(value, list):
        advice = ": wrap it in [ ]" if isinstance(value, dict) else ""
        raise RefusedError([("attributes", f"must be an array of objects{advice}")])
    if len(value) > MAX_OBJECTS:
        raise RefusedError([("attributes", f"must have at most {MAX_OBJECTS} objects")])
    pairs: list[_Pair] = []
    ignored: list[str] = []
    problems: list[Problem] = []
    for index, element in enumerate(value):
        path = f"attributes[{index}]"
        if isinstance(element, dict):
            object_pairs, object_ignored = _object_pairs(path, element)
            pairs += object_pairs
            ignored += object_ignored
        else:
            problems.append((path, "must be an object"))
    if len(pairs) > MAX_PAIRS:
        raise RefusedError([("attributes", f"must have at most {MAX_PAIRS} pairs in all")])
    return pairs, ignored, problems


def _object_pairs(path: str, element: dict[str, Any]) -> tuple[list[_Pair], list[str]]:
    """Return an object's pairs and ignored paths. An object with a `value` and a `name` or `key` is a single pair."""
    members: dict[str, str] = {}
    for member in element:
        members.setdefault(member.lower(), member)
    value_key, name_key = members.get("value"), members.get("name", members.get("key"))
    if value_key is None or name_key is None:
        return [_Pair(path, path, member, f"{path}.{member}", element[member]) for member in element], []
    pair = _Pair(path, f"{path}.{name_key}", element[name_key], f"{path}.{value_key}", element[value_key])
    return [pair], [f"{path}.{member}" for member in element if member not in {name_key, value_key}]
