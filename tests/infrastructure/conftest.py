"""The templates, as they are written and as SAM translates them."""

import json

import pytest

from tests.conftest import ROOT
from tools.command import run


@pytest.fixture(scope="session")
def monitoring(read_template):
    """The nested application's resources."""
    return read_template("monitoring.yaml")["Resources"]


@pytest.fixture(scope="session")
def of_type(tools):  # noqa: ARG001 -- SAM's translator is among them
    """Finds the properties of all resources of a type that CloudFormation gets to see."""
    translation = run([ROOT / ".tools/sam/bin/python", "-m", "tools.local.translate", "template.yaml"], cwd=ROOT)
    assert translation.returncode == 0, translation.stderr
    resources = json.loads(translation.stdout)["Resources"].values()
    return lambda kind: [it["Properties"] for it in resources if it["Type"] == f"AWS::{kind}"]


@pytest.fixture(scope="session")
def functions(template):
    """The functions' properties by name, those that all functions share included."""
    shared, every = template["Globals"]["Function"], template["Resources"].items()
    return {name: shared | it["Properties"] for name, it in every if it["Type"] == "AWS::Serverless::Function"}
