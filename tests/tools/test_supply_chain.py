"""What is deployed is what was pinned, under a licence that lets us."""

import os
import re
import sys
from pathlib import Path

import pytest

from tools import licences
from tools.command import run
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
def test_every_pin_has_hashes_and_no_address(file: Path) -> None:
    blocks = re.split(r"\n(?=\S)", file.read_text().strip())
    assert [block for block in blocks if not re.match(r"[\w.-]+==[^/]+--hash=sha256:", block)] == []


def test_what_is_deployed_is_what_is_tested() -> None:
    tested = licences.pins((ROOT / "tools/pins/dev.txt").read_text())
    assert licences.pins(REQUIREMENTS).items() <= tested.items()


def test_what_make_installs_is_checked_against_its_hashes_and_builds_nothing() -> None:
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", "")
    installs = [line for line in makefile.splitlines() if "pip install" in line]
    assert installs
    assert all("--require-hashes --only-binary :all:" in " ".join(line.split()) for line in installs)


@pytest.mark.parametrize("platform", ["aarch64-manylinux2014", "x86_64-manylinux2014"])
def test_the_hashes_fit_the_wheels_of_each_processor(tools: None, tmp_path: Path, platform: str) -> None:  # noqa: ARG001 -- uv is among them
    options = ["--quiet", "--require-hashes", "--only-binary", ":all:", "--python-platform", platform]
    target = ["--python-version", "3.13", "--python", sys.executable, "--target", tmp_path]
    requirements = ["--requirement", ROOT / "functions/requirements.txt"]
    command = [ROOT / ".venv/bin/uv", "pip", "install", *options, *target, *requirements]
    # As in the Makefiles: the system's certificates work behind a proxy that inspects TLS.
    installed = run(command, env=os.environ | {"UV_SYSTEM_CERTS": "1"})
    assert installed.returncode == 0, installed.stderr
    assert (tmp_path / "pydantic_core").is_dir()


def test_the_page_of_licences_is_up_to_date() -> None:
    assert licences.FILE.read_text() == licences.text(), "Run: python -m tools.licences"


def test_every_licence_is_a_permissive_one() -> None:
    assert {licences.licence(package) for package in licences.pins(REQUIREMENTS)} <= PERMISSIVE
