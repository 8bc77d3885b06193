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
    "CodeDeploy=false": f"{ALIASES} {GROUPS} ServerlessDeploymentApplication",
}


@pytest.fixture(scope="module")
def updates(tools):  # noqa: ARG001 -- SAM's translator is among them
    """Maps each row of the two tables to the resources before and after that update."""
    rows = [
        (baseline, change)
        for baseline, table in (({}, FROM_THE_DEFAULTS), (EVERYTHING, FROM_EVERYTHING))
        for change in (None, *table)
    ]
    parameters = [baseline | dict([change.split("=")] if change else []) for baseline, change in rows]
    templates = translate(*((TEXT, values) for values in parameters))
    made = [resources(template, values) for template, values in zip(templates, parameters, strict=True)]
    before, after = {}, {}
    for (baseline, change), it in zip(rows, made, strict=True):
        if change is None:
            before[bool(baseline)] = it
        else:
            after[bool(baseline), change] = (before[bool(baseline)], it)
    return after


@pytest.mark.parametrize("change", FROM_THE_DEFAULTS)
def test_a_parameter_changes_these_resources_of_a_plain_stack(updates, change):
    assert update(*updates[False, change]) == set(FROM_THE_DEFAULTS[change].split())


@pytest.mark.parametrize("change", FROM_EVERYTHING)
def test_a_parameter_changes_these_resources_of_a_stack_with_everything(updates, change):
    assert update(*updates[True, change]) == set(FROM_EVERYTHING[change].split())


def test_the_table_has_every_parameter(template):
    assert {change.partition("=")[0] for change in FROM_THE_DEFAULTS} == template["Parameters"].keys()


def test_no_parameter_replaces_data_the_api_or_a_function(updates):
    for change, (before, after) in updates.items():
        assert not update(before, after) & {f"{name}!" for name in KEPT}, change
        assert before.keys() & KEPT == after.keys() & KEPT == KEPT, change


def test_a_function_gets_a_version_exactly_if_its_configuration_changes(updates):
    """Otherwise the alias keeps the old configuration, or Lambda refuses to publish an unchanged one."""
    for change, (before, after) in updates.items():
        for name in VERSIONED:
            old, new = ({**it[name]["Properties"], "ReservedConcurrentExecutions": 0} for it in (before, after))
            assert (old != new) == (f"{name}Version!" in update(before, after)), change


def test_no_remedy_of_the_runbook_changes_a_version(updates):
    """A version needs a canary, which CodeDeploy refuses while an alarm is on. Memory is part of a version."""
    runbook = (ROOT / "docs/operations.md").read_text()
    remedies = set(re.findall(r"`([A-Z]\w+)`", runbook.partition("\n## Alarms\n")[2].partition("\n## ")[0]))
    versioned = {change.partition("=")[0] for (_, change), it in updates.items() if "Version!" in str(update(*it))}
    assert remedies
    assert remedies & versioned <= {"MemorySize"}


def test_without_codedeploy_nothing_waits_for_a_deployment_and_no_version_changes(updates):
    before, after = updates[True, "CodeDeploy=false"]
    assert "AWS::CodeDeploy::DeploymentGroup" in str(before)
    assert "UpdatePolicy" in str(before)
    assert "CodeDeploy::" not in str(after)
    assert "UpdatePolicy" not in str(after)
    assert "Version!" not in str(update(before, after))


@pytest.mark.parametrize(("old", "new"), [("Timeout: 28", "Timeout: 27"), ("MemorySize: 1769", "MemorySize: 1770")])
def test_an_edited_property_publishes_a_version(tools, old, new):  # noqa: ARG001 -- as above
    edited = TEXT.replace(old, new)
    before, after = (resources(template, {}) for template in translate((TEXT, {}), (edited, {})))
    assert update(before, after) == {
        "ManyFunction",
        "ManyFunctionVersion!",
        "ManyFunctionAliaslive",
        "SmokeTestFunction",
    }
