"""The template as SAM translates it."""

import pytest

from tests.conftest import ROOT
from tests.infrastructure.cloudformation import translate


@pytest.fixture(scope="session")
def of_type(tools):  # noqa: ARG001 -- SAM's translator is among them
    """Returns the properties of all resources of a type."""
    [translation] = translate(((ROOT / "template.yaml").read_text(), {}))
    resources = translation["Resources"].values()
    return lambda kind: [it["Properties"] for it in resources if it["Type"] == f"AWS::{kind}"]
