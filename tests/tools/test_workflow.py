"""GitHub's workflow runs `make ci`, with pinned actions and without credentials."""

import re
import tomllib

import yaml

from tests.conftest import ROOT

TEXT = (ROOT / ".github/workflows/main.yml").read_text()
WORKFLOW = yaml.safe_load(TEXT)


def test_every_action_is_pinned_to_a_commit():
    assert TEXT.count("uses:") == len(re.findall(r"uses: \S+@[0-9a-f]{40} # v[\d.]+$", TEXT, re.MULTILINE)) > 0


def test_ci_is_one_command_and_the_tests_also_run_on_the_oldest_python():
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    matrix = WORKFLOW["jobs"]["ci"]["strategy"]["matrix"]["include"]
    assert matrix[0]["command"] == (ROOT / ".ci/run").read_text().splitlines()[-1] == "make ci"
    assert matrix[1] == {"python": oldest, "command": f"make test PYTHON_VERSIONS={oldest}"}


def test_no_step_of_the_workflow_can_get_credentials():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert re.findall(r"secrets\.|  permissions:|environment:", TEXT) == []
    assert TEXT.count("actions/checkout@") == TEXT.count("persist-credentials: false")


def test_code_owners_name_paths_that_exist():
    lines = (ROOT / ".github/CODEOWNERS").read_text().splitlines()
    paths = [line.split()[0].lstrip("/") for line in lines if not line.startswith("#")]
    assert [path for path in paths if not list(ROOT.glob(path))] == []
