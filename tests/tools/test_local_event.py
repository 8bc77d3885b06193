"""Reading a file of `events/` for the local stack."""

from pathlib import Path

import pytest

from tools.local.api import MANY, READ, SINGLE
from tools.local.errors import StackError
from tools.local.event import function_for, read_event


def test_an_authorizer_event_goes_to_the_authorizer() -> None:
    assert function_for({"type": "REQUEST"}) == "Authorizer"


@pytest.mark.parametrize(("route", "expected"), [(SINGLE, "Ingest"), (MANY, "Many"), (READ, "Read")])
def test_a_request_goes_to_the_function_of_its_route(route: str, expected: str) -> None:
    assert function_for({"resource": route}) == expected


@pytest.mark.parametrize("event", [{}, {"resource": "/elsewhere"}])
def test_an_event_of_no_route_is_told_what_it_lacks(event: dict[str, str]) -> None:
    with pytest.raises(StackError, match="names no route"):
        function_for(event)


def test_the_function_that_is_named_gets_the_event_whatever_its_route() -> None:
    assert function_for({"resource": SINGLE}, "Many") == "Many"


@pytest.mark.parametrize("name", ["Check", "SmokeTest", "ingest"])
def test_a_function_that_is_not_there_is_told_with_those_that_are(name: str) -> None:
    with pytest.raises(StackError, match=f"no function {name}: choose Ingest, Many, Read, Authorizer"):
        function_for({"resource": SINGLE}, name)


def test_a_missing_file_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"none\.json can't be read \(No such file or directory\)"):
        read_event(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("content", "problem"), [(b"{", "is not JSON"), (b"\xff", "is not JSON"), (b"[]", "not an event")]
)
def test_a_file_without_an_event_is_told_what_it_lacks(tmp_path: Path, content: bytes, problem: str) -> None:
    file = tmp_path / "event.json"
    file.write_bytes(content)
    with pytest.raises(StackError, match=problem):
        read_event(file)
