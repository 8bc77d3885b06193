"""Attributes: three forms are merged into one map, and each problem has its path."""

import json
from decimal import Decimal

import pytest

from ingest.attributes import read_attributes
from ingest.dynamodb_value import to_json_text
from ingest.errors import RefusedError

NAME = "must be a string of 1 to 256 characters"
STRING = "must have at most 1024 characters in a string"
NUMBER = "must hold only numbers of at most 38 digits, 1E-130 to 9.99E+125 in magnitude"
DEPTH = "must be nested at most 30 deep"
MEMBER = "must have member names of 1 to 256 characters"
ARRAY = "must be an array of objects"

EMOJI = "🎧"  # one code point, two UTF-16 units, four bytes
HUNDRED = {f"a{index}": "x" for index in range(100)}


def read(value):
    """Return the attributes in an array of objects, with their values as plain Python."""
    values = read_attributes(value).values
    return {
        name: json.loads(to_json_text(kept), parse_float=Decimal, parse_int=Decimal) for name, kept in values.items()
    }


def problems_of(value):
    with pytest.raises(RefusedError) as wrong:
        read_attributes(value)
    return wrong.value.problems


def nested(depth, of=""):
    value = of
    for level in range(depth):
        value = {"deeper": value} if level % 2 else [value]
    return value


@pytest.mark.parametrize(
    ("objects", "attributes"),
    [
        ([{}], {}),
        ([{"name": "a", "value": "x"}], {"a": "x"}),
        ([{"vip": "yes", "tier": "2"}], {"vip": "yes", "tier": "2"}),
        ([{"value": "x", "other": "y"}], {"value": "x", "other": "y"}),
        ([{"name": "a", "key": "b"}], {"name": "a", "key": "b"}),
        ([{"name": "a", "value": "x", "type": "t"}], {"a": "x"}),
        ([{"name": "a", "key": "b", "value": "x"}], {"a": "x"}),
        ([{"Name": "a", "VALUE": "x"}, {"KEY": "b", "Value": "y"}], {"a": "x", "b": "y"}),
        ([{"Name": "a", "name": "b", "value": "x"}], {"a": "x"}),
        # The last value of a name wins. A null is not a value.
        ([{"name": "a", "value": "x"}, {"key": "a", "value": "y"}], {"a": "y"}),
        ([{"a": "x"}, {"name": "a", "value": None}, {"a": None}, {"b": None}], {"a": "x"}),
        ([HUNDRED], HUNDRED),
        ([{str(index): "x"} for index in range(10)], {str(index): "x" for index in range(10)}),
    ],
)
def test_each_form_returns_its_pairs(objects, attributes):
    assert read(objects) == attributes


@pytest.mark.parametrize("name", ["x" * 256, EMOJI * 256, " ", "a.b[0]", "#n", ":v", "size", "名前"])
def test_names_of_1_to_256_characters_are_accepted(name):
    for element in ({"name": name, "value": "x"}, {"key": name, "value": "x"}, {name: "x"}):
        assert read([element]) == {name: "x"}


@pytest.mark.parametrize(
    "value",
    [
        *("", EMOJI * 1024, 'say "hi"\n', "\u0000\u2028", True, False, [], {}, [None, [None]]),
        {"a": None, "b": "x" * 1024},
        {"name": "a", "value": Decimal(1)},
        {"n" * 256: "x"},
        # An empty array or object is a level too.
        *(nested(30, of) for of in ("text", Decimal(1), None, True)),
        *(nested(29, of) for of in ([], {})),
        *map(Decimal, ("1" * 38, "-1." + "2" * 37, "1" * 38 + "0", "-1E-130", "9." + "9" * 37 + "E+125")),
    ],
)
def test_any_json_value_within_the_limits_is_stored_unchanged(value):
    kept = read([{"name": "a", "value": value}])["a"]
    assert kept == value
    assert type(kept) is type(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        *((value, STRING) for value in ("x" * 1025, EMOJI * 1025, nested(30, "x" * 1025))),
        *((nested(31, of), DEPTH) for of in ("text", 1, None, True)),
        *((nested(30, of), DEPTH) for of in ([], {})),
        *((value, MEMBER) for value in ({"": 1}, {"b": {"": 1}}, [{"c": [{"": None}]}], {"n" * 257: 1})),
        *((Decimal(digits), NUMBER) for digits in ("1" * 39, "-1." + "1" * 38, "9.99E-131", "-1E+126")),
        *((Decimal(digits), NUMBER) for digits in ("1E+999999999", "1E-999999999")),
        *((value, NUMBER) for value in (10**38 + 1, [{"deeper": [10**38 + 1]}])),
    ],
)
def test_value_beyond_a_limit_is_refused_by_its_path(value, message):
    assert problems_of([{"name": "a", "value": value}]) == [("attributes[0].value", message)]
    assert problems_of([{"a": value}]) == [("attributes[0].a", message)]


@pytest.mark.parametrize(
    ("value", "problems"),
    [
        *((value, [("attributes", ARRAY)]) for value in ("text", 1, True)),
        *((value, [("attributes", f"{ARRAY}: wrap it in [ ]")]) for value in ({}, {"tier": "gold"})),
        *(([{}, element], [("attributes[1]", "must be an object")]) for element in ("text", 1, None, True, [])),
        ([{}] * 11, [("attributes", "must have at most 10 objects")]),
        # One pair more, even if its value is null.
        *(
            ([HUNDRED, one_more], [("attributes", "must have at most 100 pairs in all")])
            for one_more in ({"name": "a0", "value": "x"}, {"b": None})
        ),
        *(
            ([{"name": "a", "value": "x"}, {"key": name, "value": "x"}], [("attributes[1].key", NAME)])
            for name in ("", "x" * 257, EMOJI * 257, 1, 1.5, True, None, [], {})
        ),
        # An invalid name is not part of the path.
        *(([{"x": "y"}, {name: "x", "fine": "y"}], [("attributes[1]", NAME)]) for name in ("", "n" * 257)),
        (
            ["text", {"name": "", "value": "x"}, {"b": 10**38 + 1, "c": {"": 1}, "d": "fine"}],
            [
                ("attributes[0]", "must be an object"),
                ("attributes[1].name", NAME),
                ("attributes[2].b", NUMBER),
                ("attributes[2].c", MEMBER),
            ],
        ),
    ],
)
def test_every_problem_is_reported_with_its_path(value, problems):
    assert problems_of(value) == problems
