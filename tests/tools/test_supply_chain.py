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


def test_each_package_that_is_asked_for_is_pinned_to_the_same_version() -> None:
    asked_for = licences.pins((ROOT / "functions/requirements.in").read_text())
    assert asked_for
    assert asked_for.items() <= licences.pins(REQUIREMENTS).items()


def test_every_pin_has_hashes() -> None:
    pinned = [block for block in re.split(r"\n(?=\S)", REQUIREMENTS) if not block.startswith("#")]
    assert len(pinned) == len(licences.pins(REQUIREMENTS))
    assert all("--hash=sha256:" in block for block in pinned)


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
