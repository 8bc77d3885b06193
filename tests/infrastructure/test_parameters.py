"""What the templates promise whoever sets their parameters and reads their outputs, and what each environment sets."""

import re
import tomllib

import pytest

from tests.conftest import ROOT

ENVIRONMENTS = tomllib.loads((ROOT / "samconfig.toml").read_text())
# The address that whoever deploys production has to replace.
NOBODYS = "on-call@example.com"


@pytest.fixture(params=["dev", "staging", "prod"])
def deployment(request):
    return ENVIRONMENTS[request.param]["deploy"]["parameters"]


def values_of(deployment):
    pairs = [override.partition("=")[::2] for override in deployment["parameter_overrides"]]
    assert len(pairs) == len(dict(pairs))
    return {name: value.strip('"') for name, value in pairs}


def takes(parameter, value):
    """Tell whether CloudFormation takes a value."""
    if "AllowedPattern" in parameter:
        return bool(re.fullmatch(parameter["AllowedPattern"], value))
    if "AllowedValues" in parameter:
        return value in map(str, parameter["AllowedValues"])
    return parameter["MinValue"] <= float(value) <= parameter["MaxValue"]


def test_every_parameter_and_output_is_described(template):
    for name, described in (template["Parameters"] | template["Outputs"]).items():
        assert described["Description"].endswith("."), name


def unused(template):
    """Return the parameters that nothing refers to, though a rule may ask for them."""
    sections = [content for name, content in template.items() if name not in {"Parameters", "Rules", "Metadata"}]
    used = re.findall(r"'Ref': '(\w+)'|\$\{(\w+)\}", repr(sections))
    return template["Parameters"].keys() - {name for names in used for name in names}


def test_every_parameter_is_used_those_of_the_nested_application_as_well_which_are_given(template, read_template):
    """cfn-lint says so (W2001) of no template that goes through SAM."""
    nested = read_template("monitoring.yaml")
    assert unused(template) == unused(nested) == set()
    assert template["Resources"]["Monitoring"]["Properties"]["Parameters"].keys() == nested["Parameters"].keys()


def test_an_environment_sets_every_parameter_within_its_range(template, deployment):
    """What it left out would keep the value that the stack had last, whatever the default is."""
    values = values_of(deployment)
    assert values.keys() == template["Parameters"].keys()
    for name, value in values.items():
        assert value == NOBODYS or takes(template["Parameters"][name], value), name


def test_an_environment_has_what_sam_does_not_take_over_from_the_default_one(deployment):
    assert ENVIRONMENTS["default"]["deploy"]["parameters"].items() <= deployment.items()
    # A nested application is deployed with it alone.
    assert "CAPABILITY_AUTO_EXPAND" in deployment["capabilities"]
    environment = deployment["stack_name"].rpartition("-")[2]
    assert deployment["tags"] == ["service=conversation-metadata", f"environment={environment}"]


def test_production_has_a_firewall_keeps_data_for_a_time_that_was_chosen_and_is_watched(template):
    values = values_of(ENVIRONMENTS["prod"]["deploy"]["parameters"])
    assert values["Firewall"] == "true"
    assert int(values["RetentionDays"]) > 0
    assert values["DeletionProtection"] == "true"
    # Deployed as it stands, it would be watched by nobody, so CloudFormation refuses it.
    assert values["AlarmEmail"] == NOBODYS
    assert not takes(template["Parameters"]["AlarmEmail"], NOBODYS)
    assert takes(template["Parameters"]["AlarmEmail"], "on-call@acme.com")
