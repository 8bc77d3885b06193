"""The templates, as source and as SAM translates them."""

import pytest

from tests.conftest import ROOT
from tests.infrastructure.cloudformation import translate


@pytest.fixture(scope="session")
def monitoring(read_template):
    """The nested application's resources."""
    return read_template("monitoring.yaml")["Resources"]


@pytest.fixture(scope="session")
def of_type(tools):  # noqa: ARG001 -- SAM's translator is among them
    """Returns the properties of all resources of a type in the translated template."""
    [translation] = translate(((ROOT / "template.yaml").read_text(), {}))
    resources = translation["Resources"].values()
    return lambda kind: [it["Properties"] for it in resources if it["Type"] == f"AWS::{kind}"]


@pytest.fixture(scope="session")
def functions(template):
    """The functions' properties by name, with those from Globals."""
    shared, every = template["Globals"]["Function"], template["Resources"].items()
    return {name: shared | it["Properties"] for name, it in every if it["Type"] == "AWS::Serverless::Function"}
