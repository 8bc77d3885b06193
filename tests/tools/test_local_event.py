"""Reading a file of `events/` for the local stack, and choosing its function."""

import pytest

from tools.errors import CommandError
from tools.local.event import function_for as chosen_for
from tools.local.event import read_event as read


def test_an_event_goes_to_the_function_of_its_route(event_name, read_event, function_for):
    event = read_event(event_name)
    assert f"{chosen_for(event)}Function" == function_for(event)


def test_a_named_function_gets_another_routes_event(read_event):
    assert chosen_for(read_event("stored-full"), "Many") == "Many"


@pytest.mark.parametrize(
    ("name", "chosen", "message"),
    [
        (None, None, r"matches no route\. Add FUNCTION=Ingest, Many, Read, or Authorizer"),
        ("stored-full", "SmokeTest", r"Unknown function SmokeTest\. Use Ingest, Many, Read, or Authorizer"),
        ("stored-full", "Authorizer", "not one of Authorizer's"),
        ("authorizer-allow", "Ingest", "not one of Ingest's"),
    ],
)
def test_an_event_that_its_function_cannot_handle_is_refused(read_event, name, chosen, message):
    with pytest.raises(CommandError, match=message):
        chosen_for(read_event(name) if name else {}, chosen)


@pytest.mark.parametrize("content", [None, b"{", b"\xff", b"[1]"])
def test_a_file_without_an_event_is_refused_by_its_name(tmp_path, content):
    file = tmp_path / "event.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=r"event from .*event\.json"):
        read(file)
