"""The template as SAM translates it."""

import json

import pytest

from tests.conftest import ROOT
from tools.command import run


@pytest.fixture(scope="session")
def translated(tools):  # noqa: ARG001 -- SAM's translator is among them
    """What CloudFormation gets to see."""
    translation = run([ROOT / ".tools/sam/bin/python", "-m", "tools.local.translate"], cwd=ROOT)
    assert translation.returncode == 0, translation.stderr
    return json.loads(translation.stdout)["Resources"]
