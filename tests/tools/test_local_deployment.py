"""Builds of the local stack do without the network where they can."""

from pathlib import Path

import pytest

from tools.local import deployment
from tools.local.errors import StackError


@pytest.mark.parametrize(("fetched", "attempts"), [(True, ["1"]), (False, ["1", None])])
def test_a_build_asks_the_index_only_for_what_was_not_fetched_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, fetched: bool, attempts: list[str | None]
) -> None:
    offline = []

    def run(_command: object, environment: dict[str, str], _log: Path) -> None:
        offline.append(environment.get("UV_OFFLINE"))
        if offline == ["1"] and not fetched:
            raise StackError

    monkeypatch.setattr(deployment, "run", run)
    deployment.build(tmp_path, {})

    assert offline == attempts
