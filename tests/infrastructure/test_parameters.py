"""The parameters and outputs are documented and used, and each environment of samconfig.toml is complete."""

import re
import tomllib

import pytest

from tests.conftest import ROOT

CONFIG = tomllib.loads((ROOT / "samconfig.toml").read_text())
ENVIRONMENTS = ("dev", "staging", "prod")
# The deployer must replace it.
PLACEHOLDER = "on-call@example.com"
# AWS's default quota of concurrent executions in an account and region.
CONCURRENCY = 1000


@pytest.fixture(params=ENVIRONMENTS)
def deployment(request):
    return CONFIG[request.param]["deploy"]["parameters"]


def values_of(deployment):
    pairs = [override.partition("=")[::2] for override in deployment["parameter_overrides"]]
    assert len(pairs) == len(dict(pairs))
    return {name: value.strip('"') for name, value in pairs}


def accepts(parameter, value):
    """Return whether CloudFormation accepts a value of a parameter."""
    if "AllowedPattern" in parameter:
        return bool(re.fullmatch(parameter["AllowedPattern"], value))
    if "AllowedValues" in parameter:
        return value in map(str, parameter["AllowedValues"])
    return parameter["MinValue"] <= float(value) <= parameter["MaxValue"]


def test_every_parameter_and_output_is_described(template):
    for name, described in (template["Parameters"] | template["Outputs"]).items():
        assert described["Description"].endswith("."), name


def unused(template):
    """Return the parameters that no resource, condition or output refers to."""
    sections = [content for name, content in template.items() if name not in {"Parameters", "Rules", "Metadata"}]
    used = re.findall(r"'Ref': '(\w+)'|\$\{(\w+)\}", repr(sections))
    return template["Parameters"].keys() - {name for names in used for name in names}


def test_every_parameter_is_used_and_passed_to_the_nested_application(template, read_template):
    """cfn-lint does not check this (W2001) in a template that SAM processes."""
    nested = read_template("monitoring.yaml")
    assert unused(template) == unused(nested) == set()
    assert template["Resources"]["Monitoring"]["Properties"]["Parameters"].keys() == nested["Parameters"].keys()


def test_an_environment_sets_every_parameter_within_its_range(template, deployment):
    """A missing one would keep the stack's value."""
    values = values_of(deployment)
    assert values.keys() == template["Parameters"].keys()
    for name, value in values.items():
        assert value == PLACEHOLDER or accepts(template["Parameters"][name], value), name


def test_an_environment_repeats_the_default_options_which_sam_does_not_inherit(deployment):
    inherited = {name: it for name, it in CONFIG["default"]["deploy"]["parameters"].items() if name != "s3_prefix"}
    assert {name: deployment[name] for name in inherited} == inherited
    # A nested application requires it.
    assert "CAPABILITY_AUTO_EXPAND" in deployment["capabilities"]
    environment = deployment["stack_name"].rpartition("-")[2]
    assert deployment["tags"] == ["service=conversation-metadata", f"environment={environment}"]


def test_no_environment_shares_its_artifacts_in_sams_bucket():
    """SAM CLI skips the upload of a name that exists: a shared prefix lets one environment plant another's code."""
    prefixes = [CONFIG[name]["deploy"]["parameters"]["s3_prefix"] for name in ("default", *ENVIRONMENTS)]
    stacks = [CONFIG[name]["deploy"]["parameters"]["stack_name"] for name in ENVIRONMENTS]
    assert prefixes == [CONFIG["default"]["global"]["parameters"]["stack_name"], *stacks]


def test_production_protects_its_data_is_watched_and_uses_the_cheaper_table_class(template):
    values = values_of(CONFIG["prod"]["deploy"]["parameters"])
    assert values["Firewall"] == "true"
    assert values["DeletionProtection"] == "true"
    # The infrequent-access class is cheaper from about four months on.
    assert int(values["RetentionDays"]) > 120
    assert values["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    # CloudFormation rejects the placeholder, so that production is never deployed without alarms.
    assert values["AlarmEmail"] == PLACEHOLDER
    assert not accepts(template["Parameters"]["AlarmEmail"], PLACEHOLDER)
    assert accepts(template["Parameters"]["AlarmEmail"], "on-call@acme.com")


def test_a_hot_conversation_leaves_concurrency_to_the_authorizer_and_the_account():
    """In an account for both, too: each route is limited, and half of production's account is never reserved."""
    reserved = {
        environment: [int(value) for name, value in values.items() if name.endswith("ReservedConcurrency")]
        for environment in ("staging", "prod")
        for values in [values_of(CONFIG[environment]["deploy"]["parameters"])]
    }
    assert all(0 not in each and len(each) == 3 for each in reserved.values())
    assert sum(reserved["prod"]) <= CONCURRENCY / 2
    assert sum(map(sum, reserved.values())) <= CONCURRENCY - 100
