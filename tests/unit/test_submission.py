"""A submission on its way: what is ignored beside it, what a log may say of it, what it may measure."""

from decimal import Decimal

import pytest

from ingest.errors import TooLargeError
from ingest.limits import MAX_BYTES
from ingest.result import logged_names
from ingest.submission import Received, receive

ID = {"externalConversationId": "c"}


def test_fields_that_the_contract_does_not_know_are_told_in_order():
    assert receive(ID | {"lobId": "l"}).ignored == []
    # So many that their order is no chance: a set has another one in each process.
    expected = ["", "Alpha", "LobId", *(f"x{index}" for index in range(10)), "zeta", "é"]
    assert receive(ID | {"lobId": "l"} | dict.fromkeys(reversed(expected))).ignored == expected


def test_a_line_stays_short_whatever_names_are_sent():
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
def test_what_is_lost_among_attributes_is_named_and_the_log_gets_no_name_of_theirs(attributes, ignored):
    received = receive(ID | {"attributes": attributes, "zone": 1})
    assert received.ignored == [*ignored, "zone"]
    assert logged_names(received.ignored) == (["attributes", "zone"] if ignored else ["zone"])


@pytest.mark.parametrize("text", ["x", "é", '"', "\n", "📱"])
def test_a_submission_is_measured_as_the_json_that_it_is(text):
    size = len(text.encode()) + (text in {'"', "\n"})
    room = (MAX_BYTES - len('{"externalConversationId":"c","zone":""}')) // size
    assert isinstance(receive(ID | {"zone": text * room}), Received)
    assert receive(ID | {"zone": text * (room + 1)}).failure is TooLargeError
