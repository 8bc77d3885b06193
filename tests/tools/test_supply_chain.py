"""What is installed is what was pinned, and what is deployed is verified by hash."""

import re

import pytest

from tests.conftest import ROOT

PINS = [*sorted((ROOT / "tools/pins").glob("*.txt")), ROOT / "functions/requirements.txt"]


def _versions(file):
    text = re.sub(r"\[.*?\]", "", file.read_text())
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE))


@pytest.mark.parametrize("file", PINS, ids=lambda file: file.stem)
def test_each_package_that_is_asked_for_is_pinned_to_the_same_version(file):
    assert _versions(file.with_suffix(".in")).items() <= _versions(file).items()


@pytest.mark.parametrize("file", PINS, ids=lambda file: file.stem)
def test_a_pin_is_a_version_and_no_address(file):
    lines = [line for line in file.read_text().splitlines() if not line.startswith("    --hash=")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[^/\s]+( ; [^/]+)?( \\)?", line)] == []


def test_what_is_deployed_is_what_is_tested():
    tested = _versions(ROOT / "tools/pins/dev.txt")
    assert _versions(ROOT / "functions/requirements.txt").items() <= tested.items()


@pytest.mark.parametrize(
    ("makefile", "options"),
    [("Makefile", "--only-binary :all:"), ("functions/Makefile", "--only-binary :all: --require-hashes")],
)
def test_a_package_runs_nothing_while_it_is_installed_and_is_verified_where_it_is_deployed(makefile, options):
    commands = (ROOT / makefile).read_text().replace("\\\n", "").splitlines()
    installs = [" ".join(line.split()) for line in commands if "pip install --quiet" in line]
    assert installs
    assert all(options in line for line in installs)
