"""What each parameter changes in a deployed stack: nothing that holds data, and versions only where they must."""

import re

import pytest

from tests.conftest import ROOT
from tests.infrastructure.cloudformation import resources, translate, update

TEXT = (ROOT / "template.yaml").read_text()
VERSIONED = ("AuthorizerFunction", "IngestFunction", "ManyFunction", "ReadFunction")
VERSIONS = " ".join(f"{name}Version! {name}Aliaslive" for name in VERSIONED)
GROUPS = " ".join(f"{name}DeploymentGroup" for name in VERSIONED)
ALIASES = " ".join(f"{name}Aliaslive" for name in VERSIONED)
FUNCTIONS = " ".join((*VERSIONED, "SmokeTestFunction"))
STORING = " ".join(f"{name} {name}Version! {name}Aliaslive" for name in VERSIONED if "Authorizer" not in name)
# An update that replaced one of these would lose data, or change the API's URL.
KEPT = {"Table", "Erasures", "CredentialsSecret", "Api", *FUNCTIONS.split()}

EVERYTHING = {
    "CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d",
    "DeploymentStrategy": "Canary10Percent15Minutes",
    "DomainName": "api.example.com",
    "Firewall": "true",
    "HostedZoneId": "Z0A1B2C3D",
    "KmsKeyArn": "arn:aws:kms:us-east-1:000000000000:key/0a1b2c3d",
    "MaxReadUnits": "6000",
    "MaxWriteUnits": "6000",
    "ReservedConcurrency": "400",
    "Stream": "true",
    "Tracing": "true",
}
# The resources that an update with one other value changes, adds or deletes; those with a "!" are replaced.
FROM_THE_DEFAULTS = {
    "Architecture=x86_64": f"{FUNCTIONS} {VERSIONS}",
    "MemorySize=2048": "IngestFunction IngestFunctionVersion! IngestFunctionAliaslive SmokeTestFunction Monitoring",
    "ReservedConcurrency=400": "IngestFunction",
    "ManyReservedConcurrency=50": "ManyFunction",
    "ReadReservedConcurrency=50": "ReadFunction",
    "Tracing=true": f"{FUNCTIONS} {VERSIONS} ApiliveStage AuthorizerRole IngestRole ReadRole SmokeTestRole",
    "LogRetentionDays=90": "AccessLogGroup AuthorizerLogGroup IngestLogGroup ReadLogGroup SmokeTestLogGroup",
    "Release=2": f"{FUNCTIONS} {VERSIONS}",
    "DeploymentStrategy=Canary10Percent15Minutes": GROUPS,
    "CodeDeploy=false": f"{ALIASES} {GROUPS} ServerlessDeploymentApplication",
    "RetentionDays=365": f"{STORING} SmokeTestFunction",
    "DeletionProtection=false": "Erasures Table",
    "KmsKeyArn=arn:aws:kms:us-east-1:000000000000:key/0a1b2c3d": "CredentialsSecret Erasures Table",
    "Stream=true": "Table",
    "MaxWriteUnits=6000": "Table",
    "MaxReadUnits=6000": "Table",
    "TableClass=STANDARD_INFREQUENT_ACCESS": "Table",
    "ThrottleRate=2000": "ApiliveStage",
    "ThrottleBurst=4000": "ApiliveStage",
    "AuthorizerCacheSeconds=60": "Api",
    "CreateApiGatewayAccount=false": "ApiGatewayAccount ApiGatewayLogRole",
    "DomainName=api.example.com": "Domain DomainMapping",
    "CertificateArn=arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d": "",
    "HostedZoneId=Z0A1B2C3D": "",
    "DisableDefaultEndpoint=true": "Api",
    "Firewall=true": "WebAcl WebAclAssociation",
    "FirewallAddressRate=240000": "",
    "FirewallClientRate=120000": "",
    "AlarmEmail=on-call@acme.com": "Monitoring",
    "MaxErrorRate=0.02": "Monitoring",
    "MaxLatency=2000": "Monitoring",
    "MaxRefusedRate=0.4": "Monitoring",
    "MaxClientErrorRate=0.2": "Monitoring",
}
FROM_EVERYTHING = {
    "DomainName=api.example.org": "Domain! DomainMapping! DomainRecord",
    "DomainName=": "Domain DomainMapping DomainRecord",
    "HostedZoneId=": "DomainRecord",
    "CertificateArn=arn:aws:acm:us-east-1:000000000000:certificate/4e5f6071": "Domain",
    "Firewall=false": "WebAcl WebAclAssociation",
    "FirewallAddressRate=240000": "WebAcl",
    "FirewallClientRate=120000": "WebAcl",
    "KmsKeyArn=arn:aws:kms:us-east-1:000000000000:key/4e5f6071": "CredentialsSecret Erasures Table",
    "KmsKeyArn=": "CredentialsSecret Erasures Table",
    "MaxWriteUnits=9000": "Table",
    "MaxWriteUnits=0": "Table",
    "ReservedConcurrency=0": "IngestFunction",
    "Stream=false": "Table",
}
CASES = [
    (everything, change) for everything, table in enumerate((FROM_THE_DEFAULTS, FROM_EVERYTHING)) for change in table
]


@pytest.fixture(scope="module")
def updates(tools):  # noqa: ARG001 -- SAM's translator is among them
    """Maps each case to the resources before and after the update, and the names of those that it changes."""
    deployments = {}
    for everything, change in [(0, ""), (1, ""), *CASES]:
        baseline = EVERYTHING if everything else {}
        deployments[everything, change] = baseline | dict([change.split("=")] if change else [])
    templates = translate(*((TEXT, parameters) for parameters in deployments.values()))
    deployed = {
        case: resources(template, parameters)
        for (case, parameters), template in zip(deployments.items(), templates, strict=True)
    }
    pairs = {case: (deployed[case[0], ""], deployed[case]) for case in CASES}
    return {case: (*pair, update(*pair)) for case, pair in pairs.items()}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_update_changes_and_replaces_exactly_these_resources(updates, case):
    everything, change = case
    expected = (FROM_EVERYTHING if everything else FROM_THE_DEFAULTS)[change]
    assert updates[case][-1] == set(expected.split())


def test_the_table_has_every_parameter(template):
    assert {change.partition("=")[0] for change in FROM_THE_DEFAULTS} == template["Parameters"].keys()


def test_no_parameter_replaces_data_the_api_or_a_function(updates):
    for case, (before, after, changed) in updates.items():
        assert before.keys() & after.keys() >= KEPT, case
        assert not changed & {f"{name}!" for name in KEPT}, case


def test_a_function_gets_a_version_exactly_if_its_configuration_changes(updates):
    """Otherwise the alias keeps the old configuration, or Lambda refuses to publish an unchanged one."""
    for case, (before, after, changed) in updates.items():
        for name in VERSIONED:
            old, new = ({**it[name]["Properties"], "ReservedConcurrentExecutions": 0} for it in (before, after))
            assert (old != new) == (f"{name}Version!" in changed), case


def test_no_remedy_of_the_runbook_changes_a_version(updates):
    """A version needs CodeDeploy, which does not start while an alarm is on. Memory cannot change without one."""
    alarms = (ROOT / "docs/operations.md").read_text().partition("\n## Alarms\n")[2].partition("\n## ")[0]
    versioned = {change.partition("=")[0] for (_, change), it in updates.items() if "Version!" in str(it[-1])}
    assert versioned == {"Architecture", "MemorySize", "Release", "RetentionDays", "Tracing"}
    assert versioned & set(re.findall(r"`(\w+)`", alarms)) <= {"MemorySize"}


def test_without_codedeploy_nothing_waits_for_a_deployment(updates):
    before, after = map(str, updates[0, "CodeDeploy=false"][:2])
    assert "AWS::CodeDeploy::DeploymentGroup" in before
    assert "AWS::CodeDeploy" not in after
    assert "UpdatePolicy" not in after


def test_an_edited_property_publishes_a_version(tools):  # noqa: ARG001 -- as above
    edited = TEXT.replace("Timeout: 28", "Timeout: 27")
    before, after = (resources(template, {}) for template in translate((TEXT, {}), (edited, {})))
    assert "ManyFunctionVersion!" in update(before, after)
