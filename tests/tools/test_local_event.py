"""Reading a file of `events/` for the local stack, and who gets it."""

import pytest

from tools.local.errors import StackError
from tools.local.event import function_for as chosen_for
from tools.local.event import read_event as read


def test_an_event_goes_to_the_function_of_its_route_or_the_one_that_is_named(event_name, read_event, function_for):
    event = read_event(event_name)
    assert f"{chosen_for(event)}Function" == function_for(event)
    assert chosen_for(event, "Many") == "Many"


@pytest.mark.parametrize(("event", "named"), [({}, None), ({"resource": "/elsewhere"}, None), ({}, "SmokeTest")])
def test_an_event_that_no_function_takes_is_refused_with_the_functions_there_are(event, named):
    with pytest.raises(StackError, match=r"say FUNCTION=Ingest\|Many\|Read\|Authorizer"):
        chosen_for(event, named)


@pytest.mark.parametrize("content", [None, b"{", b"\xff", b"[1]"])
def test_a_file_without_an_event_is_told_by_name(tmp_path, content):
    file = tmp_path / "event.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(StackError, match=r"event\.json holds no event"):
        read(file)
