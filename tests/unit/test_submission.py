"""Receiving a submission: ignored fields, the names that may be logged, and the size of an entry."""

from decimal import Decimal

import pytest

from ingest.errors import TooLargeError
from ingest.limits import MAX_BYTES
from ingest.result import logged_names
from ingest.submission import Received, receive

ID = {"externalConversationId": "c"}


def test_unknown_fields_are_returned_sorted():
    # Enough names that a set is not sorted by chance.
    expected = ["", "Alpha", "LobId", *(f"x{index}" for index in range(10)), "zeta", "é"]
    assert receive(ID | {"lobId": "l"} | dict.fromkeys(reversed(expected))).ignored == expected


def test_log_line_has_ten_short_names_at_most():
    sent = {f"{index}-{'x' * 1000}": 1 for index in range(299, 99, -1)}
    names = receive(sent).log_fields()["ignoredFields"]
    assert names == [f"{index}-{'x' * 60}" for index in range(100, 110)]


@pytest.mark.parametrize(
    ("attributes", "ignored"),
    [
        ([{"Key": "queue", "Value": "billing"}, {"Key": "tier", "Value": "gold"}], []),
        ([{"name": "q", "value": "b", "type": "string", "Id": 1}], ["attributes[0].Id", "attributes[0].type"]),
        ([{"id": 1, "value": "A"}, {"id": 2, "value": "B"}], ["attributes[0].id", "attributes[0].value"]),
        ([{"name": "a", "value": 1}, {"a": Decimal("1.0")}], []),
        ([{"name": "a", "value": 1}, {"a": True}], ["attributes[0].a"]),
        ([{"a": 1}, {"a": 2}, {"key": "a", "value": 3}], ["attributes[0].a", "attributes[1].a"]),
        ([{"a": 1}, {"a": None}], []),
        ([{"a": {"x": 1, "y": 2}}, {"a": {"y": 2, "x": 1}}], []),
    ],
)
def test_ignored_attributes_are_named_but_not_in_the_log(attributes, ignored):
    received = receive(ID | {"attributes": attributes, "zone": 1})
    assert received.ignored == [*ignored, "zone"]
    assert logged_names(received.ignored) == (["attributes", "zone"] if ignored else ["zone"])


@pytest.mark.parametrize("text", ["x", "é", '"', "\n", "📱"])
def test_entry_over_256_kib_is_too_large(text):
    size = len(text.encode()) + (text in {'"', "\n"})
    room = (MAX_BYTES - len('{"externalConversationId":"c","zone":""}')) // size
    assert isinstance(receive(ID | {"zone": text * room}), Received)
    assert receive(ID | {"zone": text * (room + 1)}).failure is TooLargeError
