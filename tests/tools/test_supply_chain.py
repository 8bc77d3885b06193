"""Packages: pinned by version, installed from wheels, and verified by hash if they are deployed."""

import re
from importlib.metadata import version

import pytest

from tests.conftest import ROOT

DEPLOYED = (ROOT / "functions/requirements.txt").read_text()
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
