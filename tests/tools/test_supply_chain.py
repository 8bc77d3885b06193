"""What is installed is what was pinned, and what is deployed is verified by hash."""

import re
from importlib.metadata import version

import pytest

from tests.conftest import ROOT

DEPLOYED = (ROOT / "functions/requirements.txt").read_text()
FILES = [*sorted((ROOT / "tools/pins").glob("*.txt")), ROOT / "functions/requirements.txt"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_pin_is_a_version_and_no_address(file):
    lines = [line for line in file.read_text().splitlines() if not line.startswith(("    --hash=", "-r "))]
    assert [line for line in lines if not re.fullmatch(r"[\w.\[\],-]+==[^/\s]+( ; [^/]+)?( \\)?", line)] == []


def test_what_is_deployed_is_what_was_asked_for_and_what_is_tested():
    pinned = re.findall(r"^([\w.-]+==\S+)", DEPLOYED, re.MULTILINE)
    assert set((ROOT / "functions/requirements.in").read_text().split()) <= set(pinned)
    assert [f"{name}=={version(name)}" for name in (pin.partition("==")[0] for pin in pinned)] == pinned


@pytest.mark.parametrize(
    ("makefile", "options"),
    [("Makefile", "--only-binary :all:"), ("functions/Makefile", "--only-binary :all: --require-hashes")],
)
def test_a_package_runs_nothing_while_it_is_installed_and_is_verified_where_it_is_deployed(makefile, options):
    commands = (ROOT / makefile).read_text().replace("\\\n", "").splitlines()
    installs = [" ".join(line.split()) for line in commands if "pip install --quiet" in line]
    assert installs
    assert all(options in line for line in installs)
