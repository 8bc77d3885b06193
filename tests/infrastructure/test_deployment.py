"""A deployment has complete settings, runs the smoke test first, and keeps the data. Checkov checks for backups."""

import re
import tomllib
from unittest.mock import ANY

import pytest

from tests.conftest import ROOT, TEMPLATE
from tests.infrastructure.cloudformation import FUNCTIONS, RESOURCES

CONFIG = tomllib.loads((ROOT / "samconfig.toml").read_text())
ENVIRONMENTS = ("dev", "staging", "prod")
# The deployer must replace it.
PLACEHOLDER = "on-call@example.com"


def options_of(environment):
    return CONFIG[environment]["deploy"]["parameters"]


def values_of(environment):
    pairs = [override.partition("=")[::2] for override in options_of(environment)["parameter_overrides"]]
    assert len(pairs) == len(dict(pairs))
    return {name: value.strip('"') for name, value in pairs}


def accepts(parameter, value):
    """Return whether CloudFormation accepts a value of a parameter."""
    if "AllowedPattern" in parameter:
        return bool(re.fullmatch(parameter["AllowedPattern"], value))
    if "AllowedValues" in parameter:
        return value in map(str, parameter["AllowedValues"])
    return parameter["MinValue"] <= float(value) <= parameter["MaxValue"]


def test_every_parameter_and_output_is_described():
    for name, described in (TEMPLATE["Parameters"] | TEMPLATE["Outputs"]).items():
        assert described["Description"].endswith("."), name


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_sets_every_parameter_within_its_range(environment):
    """A missing one would keep the stack's value."""
    values = values_of(environment)
    assert values.keys() == TEMPLATE["Parameters"].keys()
    for name, value in values.items():
        assert value == PLACEHOLDER or accepts(TEMPLATE["Parameters"][name], value), name


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_has_its_own_artifacts_and_the_default_options(environment):
    """SAM CLI skips the upload of a name that exists: a shared prefix lets one environment plant another's code."""
    stack = f"conversation-metadata-{environment}"
    tags = ["service=conversation-metadata", f"environment={environment}"]
    own = {"stack_name": stack, "s3_prefix": stack, "tags": tags, "parameter_overrides": ANY}
    # SAM CLI inherits no option from the default environment.
    assert options_of(environment) == options_of("default") | own
    assert options_of("default")["s3_prefix"] == CONFIG["default"]["global"]["parameters"]["stack_name"]


def test_production_protects_its_data_is_watched_and_uses_the_cheaper_table_class():
    values = values_of("prod")
    assert values["Firewall"] == values["DeletionProtection"] == "true"
    # The infrequent-access class is cheaper from about four months on.
    assert int(values["RetentionDays"]) > 120
    assert values["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    # CloudFormation rejects the placeholder, so that production is never deployed without alarms.
    assert values["AlarmEmail"] == PLACEHOLDER
    assert not accepts(TEMPLATE["Parameters"]["AlarmEmail"], PLACEHOLDER)
    assert accepts(TEMPLATE["Parameters"]["AlarmEmail"], "on-call@acme.com")


def test_a_hot_conversation_leaves_concurrency_to_the_authorizer_and_the_account():
    """An account has 1000 by default, of which Lambda keeps 100. It may hold both environments."""
    names = [f"{function}ReservedConcurrency" for function in ("", "Many", "Read")]
    staging, prod = ([int(values_of(environment)[name]) for name in names] for environment in ("staging", "prod"))
    assert 0 not in staging + prod
    assert sum(prod) <= 500
    assert sum(staging + prod) <= 900


def test_every_strategy_is_used_and_staging_meets_a_canary_before_production():
    """Two versions with different roles cannot share an alias: this must fail in staging first."""
    used = [values_of(name)["DeploymentStrategy"] for name in ENVIRONMENTS]
    assert used == TEMPLATE["Parameters"]["DeploymentStrategy"]["AllowedValues"]
    assert [strategy.startswith("Canary") for strategy in used] == [False, True, True]


def test_no_traffic_shifts_before_the_smoke_test(api_function):
    assert FUNCTIONS[api_function]["DeploymentPreference"]["Hooks"] == {"PreTraffic": {"Ref": "SmokeTestFunction"}}


@pytest.mark.parametrize("name", ["Table", "Erasures"])
def test_a_table_accepts_any_traffic_and_is_protected(name):
    table = RESOURCES[name]["Properties"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert table["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert TEMPLATE["Parameters"]["DeletionProtection"]["Default"] == "true"


@pytest.mark.parametrize(
    "name", ["Table", "Erasures", "ApiGatewayAccount", "ApiGatewayLogRole", "AccessLogGroup", "DomainRecord"]
)
def test_a_deleted_stack_and_a_failed_first_deployment_keep(name):
    """With RetainExceptOnCreate, the rollback would try to delete a protected table, and end in ROLLBACK_FAILED."""
    resource = RESOURCES[name]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
    # The next attempt would fail if a kept resource had its name.
    assert not resource["Properties"].keys() & {"TableName", "RoleName", "LogGroupName"}


def test_the_secret_is_kept_and_no_parameter_generates_it_anew():
    """Either would replace the secrets of all clients. A failed first deployment deletes it, because it has none."""
    secret = RESOURCES["CredentialsSecret"]
    assert (secret["DeletionPolicy"], secret["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert "Ref" not in repr(secret["Properties"]["GenerateSecretString"])
    assert "Name" not in secret["Properties"]
    assert "resolve:secretsmanager" not in repr(TEMPLATE)


def test_a_customers_key_is_used_by_the_tables_and_the_secret_alone():
    """The key's own policy grants the account access. A policy of the functions would come after the key is used."""
    users = {name for name, it in RESOURCES.items() if "KmsKeyArn" in repr(it)}
    assert users == {"Table", "Erasures", "CredentialsSecret"}
