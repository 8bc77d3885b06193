"""GitHub's workflow runs `make ci`, with pinned actions and without credentials."""

import re
import tomllib

import yaml

from tests.conftest import ROOT

TEXT = (ROOT / ".github/workflows/main.yml").read_text()
WORKFLOW = yaml.safe_load(TEXT)


def test_every_action_is_pinned_to_a_commit():
    uses = [line for line in TEXT.splitlines() if "uses:" in line]
    assert uses
    assert all(re.search(r"@[0-9a-f]{40} # v[\d.]+$", line) for line in uses)


def test_ci_is_the_same_command_everywhere_and_includes_the_oldest_python():
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    [job] = WORKFLOW["jobs"].values()
    matrix = job["strategy"]["matrix"]["include"]
    assert [each["command"] for each in matrix] == ["make ci", f"make test PYTHON_VERSIONS={oldest}"]
    assert matrix[1]["python"] == oldest
    assert job["steps"][-1]["run"] == "${{ matrix.command }}"
    assert (ROOT / ".ci/run").read_text().splitlines()[-1] == "make ci"
    assert re.search(r"^ci: check test gate\b", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_no_step_of_the_workflow_can_get_credentials():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    [job] = WORKFLOW["jobs"].values()
    assert "permissions" not in job
    assert "environment" not in job
    assert "secrets." not in TEXT
    assert all(step["with"]["persist-credentials"] is False for step in job["steps"] if "checkout" in str(step))


def test_code_owners_name_paths_that_exist():
    lines = (ROOT / ".github/CODEOWNERS").read_text().splitlines()
    paths = [line.split()[0].lstrip("/") for line in lines if not line.startswith("#")]
    assert [path for path in paths if not list(ROOT.glob(path))] == []
