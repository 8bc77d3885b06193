"""What is deployed is what was pinned, under a licence that lets us."""

import re
from pathlib import Path

import pytest

from tools import licences
from tools.local.programs import ROOT

REQUIREMENTS = (ROOT / "functions/requirements.txt").read_text()
# They ask for no more than their own text in the artifact, where each package carries it.
PERMISSIVE = {
    "Apache Software License", "Apache-2.0", "BSD License", "MIT", "MIT License",
    "MIT License, MIT No Attribution License (MIT-0)", "BSD License, Apache Software License", "PSF-2.0",
}  # fmt: skip


PINS = [*sorted((ROOT / "tools/pins").glob("*.txt")), ROOT / "functions/requirements.txt"]


@pytest.mark.parametrize("file", PINS, ids=lambda file: file.stem)
def test_each_package_that_is_asked_for_is_pinned_to_the_same_version(file: Path) -> None:
    asked_for = licences.pins(re.sub(r"\[.*?\]", "", file.with_suffix(".in").read_text()))
    assert asked_for.items() <= licences.pins(file.read_text()).items()


@pytest.mark.parametrize("file", PINS, ids=lambda file: file.stem)
def test_a_pin_is_a_version_and_no_address(file: Path) -> None:
    lines = [line for line in file.read_text().splitlines() if not line.startswith("    --hash=")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[^/\s]+( ; [^/]+)?( \\)?", line)] == []


def test_what_is_deployed_is_what_is_tested() -> None:
    tested = licences.pins((ROOT / "tools/pins/dev.txt").read_text())
    assert licences.pins(REQUIREMENTS).items() <= tested.items()


@pytest.mark.parametrize(
    ("makefile", "options"),
    [("Makefile", "--only-binary :all:"), ("functions/Makefile", "--only-binary :all: --require-hashes")],
)
def test_what_make_installs_runs_nothing_while_it_is_installed_and_is_verified_where_it_is_deployed(
    makefile: str, options: str
) -> None:
    commands = (ROOT / makefile).read_text().replace("\\\n", "").splitlines()
    installs = [" ".join(line.split()) for line in commands if "pip install --quiet" in line]
    assert installs
    assert all(options in line for line in installs)


def test_the_page_of_licences_is_up_to_date() -> None:
    assert licences.FILE.read_text() == licences.text(), "Run: python -m tools.licences"


def test_every_licence_is_a_permissive_one() -> None:
    assert {licences.licence(package) for package in licences.pins(REQUIREMENTS)} <= PERMISSIVE
