"""Packages and actions are pinned, deployed packages verified by hash, and GitHub's workflow has no credentials."""

import re
import tomllib
from importlib.metadata import version

import pytest
import yaml

from tests.conftest import ROOT

DEPLOYED = (ROOT / "functions/requirements.txt").read_text()
WORKFLOW = (ROOT / ".github/workflows/main.yml").read_text()
FILES = [*sorted((ROOT / "tools/pins").glob("*.txt")), ROOT / "functions/requirements.txt"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_pin_is_a_version_without_a_url(file):
    lines = [line for line in file.read_text().splitlines() if not line.startswith(("    --hash=", "-r "))]
    assert [line for line in lines if not re.fullmatch(r"[\w.\[\],-]+==[^/\s]+( ; [^/]+)?( \\)?", line)] == []


def test_tests_run_on_the_deployed_versions():
    pinned = re.findall(r"^([\w.-]+==\S+)", DEPLOYED, re.MULTILINE)
    assert set((ROOT / "functions/requirements.in").read_text().split()) <= set(pinned)
    assert [f"{name}=={version(name)}" for name in (pin.partition("==")[0] for pin in pinned)] == pinned


@pytest.mark.parametrize(
    ("file", "options"),
    [("Makefile", "--only-binary :all:"), ("functions/packaging/build.sh", "--only-binary :all: --require-hashes")],
)
def test_installs_use_wheels_only_and_deployed_packages_use_hashes(file, options):
    commands = (ROOT / file).read_text().replace("\\\n", "").splitlines()
    installs = [" ".join(line.split()) for line in commands if "pip install --quiet" in line]
    assert installs
    assert all(options in line for line in installs)


def test_every_action_is_pinned_to_a_commit():
    assert WORKFLOW.count("uses:") == len(re.findall(r"uses: \S+@[0-9a-f]{40} # v[\d.]+$", WORKFLOW, re.MULTILINE)) > 0


def test_ci_is_one_command_and_the_tests_also_run_on_the_oldest_python():
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    matrix = yaml.safe_load(WORKFLOW)["jobs"]["ci"]["strategy"]["matrix"]["include"]
    assert matrix[0]["command"] == (ROOT / ".ci/run").read_text().splitlines()[-1] == "make ci"
    assert matrix[1] == {"python": oldest, "command": f"make test PYTHON_VERSIONS={oldest}"}


def test_no_step_of_the_workflow_can_get_credentials():
    assert yaml.safe_load(WORKFLOW)["permissions"] == {"contents": "read"}
    assert re.findall(r"secrets\.|  permissions:|environment:", WORKFLOW) == []
    assert WORKFLOW.count("actions/checkout@") == WORKFLOW.count("persist-credentials: false")
