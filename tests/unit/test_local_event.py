"""Reading a file of `events/` for the local stack."""

from pathlib import Path

import pytest

from local.errors import StackError
from local.event import function_for, read_event


def test_an_authorizer_event_goes_to_the_authorizer() -> None:
    assert function_for({"type": "REQUEST"}) == "Authorizer"


def test_every_other_event_goes_to_ingest() -> None:
    assert function_for({"httpMethod": "POST"}) == "Ingest"


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
