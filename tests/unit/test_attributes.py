"""Attributes: three forms in, one map out, and a path to each mistake."""

import json
from decimal import Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.attribute_value import to_json_text
from ingest.attributes import read_attributes
from ingest.errors import ProblemsError

NAME = "must be a string of 1 to 256 characters"
STRING = "must have at most 1024 characters in a string"
NUMBER = "must hold only numbers of at most 38 digits, 1E-130 to 9.99E+125 in magnitude"
DEPTH = "must be nested at most 30 deep"
MEMBER = "must have member names of 1 to 256 characters"

EMOJI = "🎧"  # one code point, two UTF-16 units, four bytes


def read(value):
    """Return the attributes that an array of objects gives, their values as plain Python again."""
    values = read_attributes(value).values
    return {
        name: json.loads(to_json_text(kept), parse_float=Decimal, parse_int=Decimal) for name, kept in values.items()
    }


def problems_of(value):
    with pytest.raises(ProblemsError) as wrong:
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
        ([], {}),
        ([{}], {}),
        ([{"name": "a", "value": "x"}], {"a": "x"}),
        ([{"value": "x", "name": "a"}], {"a": "x"}),
        ([{"key": "a", "value": "x"}], {"a": "x"}),
        ([{"vip": "yes", "tier": "2"}], {"vip": "yes", "tier": "2"}),
        ([{"name": "a"}], {"name": "a"}),
        ([{"key": "a"}], {"key": "a"}),
        ([{"value": "x"}], {"value": "x"}),
        ([{"value": "x", "other": "y"}], {"value": "x", "other": "y"}),
        ([{"name": "a", "key": "b"}], {"name": "a", "key": "b"}),
        ([{"name": "a", "value": "x", "type": "t"}], {"a": "x"}),
        ([{"name": "a", "key": "b", "value": "x"}], {"a": "x"}),
        ([{"Name": "a", "Value": "x"}], {"a": "x"}),
        ([{"KEY": "a", "VALUE": "x"}], {"a": "x"}),
        ([{"Name": "a"}, {"Value": "x"}], {"Name": "a", "Value": "x"}),
        ([{"name": "a", "value": "x"}, {"key": "b", "value": "y"}, {"c": "z"}], {"a": "x", "b": "y", "c": "z"}),
    ],
)
def test_each_form_gives_its_pairs(objects, attributes):
    assert read(objects) == attributes


@pytest.mark.parametrize(
    "objects",
    [
        [{"name": "a", "value": "first"}, {"name": "a", "value": "last"}],
        [{"name": "a", "value": "first"}, {"key": "a", "value": "last"}],
        [{"a": "first"}, {"name": "a", "value": "last"}],
        [{"key": "a", "value": "first"}, {"a": "last"}],
    ],
)
def test_the_last_of_a_name_counts(objects):
    assert read(objects) == {"a": "last"}


@pytest.mark.parametrize(
    "objects",
    [
        [{"name": "b", "value": "x"}, {"name": "a", "value": None}],
        [{"name": "b", "value": "x"}, {"a": None}],
        [{"name": "b", "value": "x"}, {"name": "b", "value": None}],
    ],
)
def test_a_null_value_says_nothing(objects):
    assert read(objects) == {"b": "x"}


def test_null_means_that_no_attributes_are_given():
    assert read_attributes(None) is None


@pytest.mark.parametrize("name", ["x", "x" * 256, EMOJI * 256, " ", "a.b[0]", "#n", ":v", "size", "", "名前"])
def test_any_name_of_1_to_256_characters_is_taken_and_no_other(name):
    for element in ({"name": name, "value": "x"}, {"key": name, "value": "x"}, {name: "x"}):
        if name:
            assert read([element]) == {name: "x"}
        else:
            assert [message for _, message in problems_of([element])] == [NAME]


@pytest.mark.parametrize("name", ["x" * 257, EMOJI * 257, 1, 1.5, True, None, [], {}])
def test_a_name_that_is_none_is_refused(name):
    assert problems_of([{"name": name, "value": "x"}]) == [("attributes[0].name", NAME)]
    assert problems_of([{"key": name, "value": "x"}]) == [("attributes[0].key", NAME)]


def test_a_wrong_member_name_is_never_part_of_the_path():
    assert problems_of([{"x": "y"}, {"n" * 257: "x", "fine": "y"}]) == [("attributes[1]", NAME)]


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("", ""),
        ("x" * 1024, "x" * 1024),
        (EMOJI * 1024, EMOJI * 1024),
        (True, True),
        (False, False),
        (0, Decimal(0)),
        (-7, Decimal(-7)),
        ([], []),
        ({}, {}),
        ([None, [None]], [None, [None]]),
        ({"a": None, "b": ""}, {"a": None, "b": ""}),
        ({"name": "a", "value": 1}, {"name": "a", "value": Decimal(1)}),
        (["x" * 1024], ["x" * 1024]),
        ({"n" * 256: "x"}, {"n" * 256: "x"}),
    ],
)
def test_any_json_value_is_kept(value, stored):
    kept = read([{"name": "a", "value": value}])["a"]
    assert kept == stored
    assert type(kept) is type(stored)


@pytest.mark.parametrize("value", ["x" * 1025, EMOJI * 1025])
def test_a_string_value_over_1024_characters_is_refused(value):
    assert problems_of([{"name": "a", "value": value}]) == [("attributes[0].value", STRING)]
    assert problems_of([{"a": value}]) == [("attributes[0].a", STRING)]
    assert problems_of([{"a": nested(30, value)}]) == [("attributes[0].a", STRING)]


@pytest.mark.parametrize(
    "digits",
    [
        "0.10000000000000000000001",
        "12345678901234567890123456789012345678",
        "-1.2345678901234567890123456789012345678",
        "1E-130",
        "-1E-130",
        "9.99E+125",
        "9.9999999999999999999999999999999999999E+125",
        "1" + "0" * 125,
        "123456789012345678901234567890123456780",
        "0.000000000000000000000000000000000000000000001",
    ],
)
def test_a_number_of_38_digits_in_dynamodbs_range_keeps_every_one(digits):
    number = Decimal(digits)
    assert read([{"a": number}])["a"] == number


@pytest.mark.parametrize(
    "digits",
    [
        "123456789012345678901234567890123456789",
        "0.123456789012345678901234567890123456789",
        "-1.23456789012345678901234567890123456789",
        "9.99E-131",
        "1E-131",
        "-1E+126",
        "1E+126",
        "1E+999999999",
        "1E-999999999",
    ],
)
@pytest.mark.parametrize("around", [lambda number: number, lambda number: [{"deeper": [number]}]])
def test_a_number_that_dynamodb_cannot_hold_exactly_is_refused_at_any_depth(around, digits):
    assert problems_of([{"a": around(Decimal(digits))}]) == [("attributes[0].a", NUMBER)]


def test_a_whole_number_over_38_digits_is_refused():
    assert problems_of([{"a": 10**38 + 1}]) == [("attributes[0].a", NUMBER)]
    assert read([{"a": 10**38}]) == {"a": Decimal(10**38)}


@pytest.mark.parametrize(
    "same", [["1", "1.0", "1e0", "10E-1"], ["0", "-0", "0.0", "-0e5", "0E-300"], ["42.9", "42.900"]]
)
def test_one_number_in_several_notations_is_one_value(same):
    kept = [read_attributes([{"a": json.loads(text, parse_float=Decimal)}]).values["a"]["N"] for text in same]
    assert len(set(kept)) == 1


@pytest.mark.parametrize("of", ["text", 1, None, True])
def test_a_value_may_be_nested_30_deep_and_no_deeper(of):
    assert read([{"a": nested(30, of)}])["a"] is not None
    assert problems_of([{"a": nested(31, of)}]) == [("attributes[0].a", DEPTH)]
    assert problems_of([{"name": "a", "value": nested(31, of)}]) == [("attributes[0].value", DEPTH)]


def test_an_empty_array_or_object_is_a_level_too():
    assert read([{"a": nested(29, [])}])["a"] is not None
    assert problems_of([{"a": nested(30, [])}]) == [("attributes[0].a", DEPTH)]
    assert problems_of([{"a": nested(30, {})}]) == [("attributes[0].a", DEPTH)]


@pytest.mark.parametrize("value", [{"": 1}, {"b": {"": 1}}, [{"c": [{"": None}]}], {"n" * 257: 1}])
def test_a_member_name_that_is_empty_or_too_long_is_refused_at_any_depth(value):
    assert problems_of([{"name": "a", "value": value}]) == [("attributes[0].value", MEMBER)]


@pytest.mark.parametrize("value", ["text", 1, True])
def test_what_is_no_array_is_refused(value):
    assert problems_of(value) == [("attributes", "must be an array of objects")]


@pytest.mark.parametrize("value", [{}, {"tier": "gold"}, {"name": "a", "value": "x"}])
def test_a_map_is_refused_with_the_advice_to_wrap_it(value):
    assert problems_of(value) == [("attributes", "must be an array of objects: wrap it in [ ]")]


@pytest.mark.parametrize("element", ["text", 1, None, True, []])
def test_an_element_that_is_no_object_is_refused(element):
    assert problems_of([{"a": "x"}, element]) == [("attributes[1]", "must be an object")]


def test_ten_objects_are_taken_and_eleven_refused():
    assert len(read([{f"a{index}": index} for index in range(10)])) == 10
    assert problems_of([{} for _ in range(11)]) == [("attributes", "must have at most 10 objects")]


def test_a_hundred_pairs_are_taken_and_a_hundred_and_one_refused():
    hundred = [{f"{row}-{column}": "x" for column in range(10)} for row in range(10)]
    assert len(read(hundred)) == 100
    one_more = [*hundred[:9], hundred[9] | {"101": "x"}]
    assert problems_of(one_more) == [("attributes", "must have at most 100 pairs in all")]


def test_pairs_of_one_name_or_without_a_value_count_as_well():
    ones = [{"name": "a", "value": "x"}, {f"b{index}": None for index in range(100)}]
    assert problems_of(ones) == [("attributes", "must have at most 100 pairs in all")]


def test_every_mistake_is_found_at_once():
    wrong = [
        "text",
        {"name": "", "value": "x"},
        {"key": "a", "value": "x" * 1025},
        {"b": 10**38 + 1, "c": {"": 1}, "d": "fine"},
    ]
    assert sorted(problems_of(wrong)) == [
        ("attributes[0]", "must be an object"),
        ("attributes[1].name", NAME),
        ("attributes[2].value", STRING),
        ("attributes[3].b", NUMBER),
        ("attributes[3].c", MEMBER),
    ]


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.integers())
def test_a_number_is_kept_exactly_if_it_has_38_digits_or_fewer_and_else_refused(number):
    exact = Decimal(number).normalize(Context(prec=10_000))
    if not exact or (len(exact.as_tuple().digits) <= 38 and -130 <= exact.adjusted() <= 125):
        assert read([{"a": number}]) == {"a": exact}
    else:
        assert problems_of([{"a": number}]) == [("attributes[0].a", NUMBER)]
