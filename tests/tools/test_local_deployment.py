"""Builds of the local stack do without the network where they can."""

import pytest

from tools.local import deployment
from tools.local.errors import StackError


@pytest.mark.parametrize(("fetched", "attempts"), [(True, ["1"]), (False, ["1", None])])
def test_a_build_asks_the_index_only_for_what_was_not_fetched_before(monkeypatch, tmp_path, fetched, attempts):
    offline = []

    def run(_command, environment, _log):
        offline.append(environment.get("UV_OFFLINE"))
        if offline == ["1"] and not fetched:
            raise StackError

    monkeypatch.setattr(deployment, "run", run)
    deployment.build(tmp_path, {})

    assert offline == attempts
