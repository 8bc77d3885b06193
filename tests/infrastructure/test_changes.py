"""What each parameter changes in a deployed stack: nothing that holds data, and versions only where they must."""

import re

import pytest

from tests.conftest import ROOT, TEMPLATE
from tests.infrastructure.cloudformation import FUNCTIONS, resources, translate, update

TEXT = (ROOT / "template.yaml").read_text()
VERSIONED = FUNCTIONS.keys() - {"SmokeTestFunction"}


def names(pattern, functions=VERSIONED):
    return " ".join(pattern.replace("*", function) for function in functions)


CERTIFICATE, KEY = "arn:aws:acm:us-east-1:000000000000:certificate/", "arn:aws:kms:us-east-1:000000000000:key/"
EVERYTHING = (
    f"CertificateArn={CERTIFICATE}1 HostedZoneId=Z0A1B2C3D DomainName=api.example.com Firewall=true KmsKeyArn={KEY}1"
    " DeploymentStrategy=Canary10Percent15Minutes MaxReadUnits=6000 MaxWriteUnits=6000 ReservedConcurrency=400"
    " Stream=true Tracing=true"
)
NEW_VERSIONS = names("SmokeTestFunction * *Version! *Aliaslive")
NEW_STORING_VERSIONS = names("* *Version! *Aliaslive", VERSIONED - {"AuthorizerFunction"})
# The resources that an update changes, replaces (!), adds (+) or deletes (-), and the new values that do so.
FROM_THE_DEFAULTS = {
    "": f"CertificateArn={CERTIFICATE}1 HostedZoneId=Z0A1B2C3D FirewallAddressRate=240000 FirewallClientRate=120000",
    NEW_VERSIONS: "Architecture=x86_64 Release=2",
    f"{NEW_VERSIONS} ApiliveStage AuthorizerRole IngestRole ReadRole SmokeTestRole": "Tracing=true",
    "IngestFunction IngestFunctionVersion! IngestFunctionAliaslive SmokeTestFunction Monitoring": "MemorySize=2048",
    f"SmokeTestFunction {NEW_STORING_VERSIONS}": "RetentionDays=365",
    "IngestFunction": "ReservedConcurrency=400",
    "ManyFunction": "ManyReservedConcurrency=50",
    "ReadFunction": "ReadReservedConcurrency=50",
    names("*DeploymentGroup"): "DeploymentStrategy=Canary10Percent15Minutes",
    # Versions stay, and no alias has an update policy.
    names("*Aliaslive *DeploymentGroup- ServerlessDeploymentApplication-"): "CodeDeploy=false",
    "AccessLogGroup AuthorizerLogGroup IngestLogGroup ReadLogGroup SmokeTestLogGroup": "LogRetentionDays=90",
    "Erasures Table": "DeletionProtection=false",
    "CredentialsSecret Erasures Table": f"KmsKeyArn={KEY}1",
    "Table": "Stream=true MaxWriteUnits=6000 MaxReadUnits=6000 TableClass=STANDARD_INFREQUENT_ACCESS",
    "Api": "AuthorizerCacheSeconds=60 DisableDefaultEndpoint=true",
    "ApiliveStage": "ThrottleRate=2000 ThrottleBurst=4000",
    "ApiGatewayAccount- ApiGatewayLogRole-": "CreateApiGatewayAccount=false",
    "Domain+ DomainMapping+": "DomainName=api.example.com",
    "WebAcl+ WebAclAssociation+": "Firewall=true",
    "Monitoring": "AlarmEmail=on-call@acme.com MaxErrorRate=0.02 MaxLatency=2000 MaxRefusedRate=1 MaxClientErrorRate=1",
}
FROM_EVERYTHING = {
    "Domain! DomainMapping! DomainRecord": "DomainName=api.example.org",
    "Domain- DomainMapping- DomainRecord-": "DomainName=",
    "DomainRecord-": "HostedZoneId=",
    "Domain": f"CertificateArn={CERTIFICATE}2",
    "WebAcl- WebAclAssociation-": "Firewall=false",
    "WebAcl": "FirewallAddressRate=240000 FirewallClientRate=120000",
    "CredentialsSecret Erasures Table": f"KmsKeyArn={KEY}2 KmsKeyArn=",
    "Table": "MaxWriteUnits=9000 MaxWriteUnits=0 Stream=false",
    "IngestFunction": "ReservedConcurrency=0",
}
CASES = {
    (baseline, change): set(resources.split())
    for baseline, table in (("", FROM_THE_DEFAULTS), (EVERYTHING, FROM_EVERYTHING))
    for resources, changes in table.items()
    for change in changes.split()
}


def values(text):
    return dict(pair.split("=") for pair in text.split())


@pytest.fixture(scope="module")
def updates(tools):  # noqa: ARG001 -- SAM's translator is among them
    """Maps each case to the resources before and after the update, and the names of those that it changes."""
    deployments = {case: values(f"{case[0]} {case[1]}") for case in [("", ""), (EVERYTHING, ""), *CASES]}
    templates = translate(*((TEXT, parameters) for parameters in deployments.values()))
    deployed = {
        case: resources(template, parameters)
        for (case, parameters), template in zip(deployments.items(), templates, strict=True)
    }
    return {case: (before := deployed[case[0], ""], after := deployed[case], update(before, after)) for case in CASES}


@pytest.mark.parametrize(("case", "changed"), CASES.items(), ids=lambda it: it[1] if isinstance(it, tuple) else "")
def test_an_update_changes_and_replaces_exactly_these_resources(updates, case, changed):
    assert updates[case][-1] == changed


def test_every_parameter_changes_something():
    """cfn-lint does not find an unused one (W2001) in a template that SAM processes."""
    changes = " ".join(change for (_, change), changed in CASES.items() if changed)
    assert values(changes).keys() == TEMPLATE["Parameters"].keys()


def test_no_parameter_replaces_data_the_api_or_a_function():
    replaced = {name[:-1] for changed in CASES.values() for name in changed if name[-1] in "!-"}
    assert not replaced & {"Table", "Erasures", "CredentialsSecret", "Api", *FUNCTIONS}


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


def test_an_edited_property_publishes_a_version(tools):  # noqa: ARG001 -- as above
    edited = TEXT.replace("Timeout: 28", "Timeout: 27")
    before, after = (resources(template, {}) for template in translate((TEXT, {}), (edited, {})))
    assert "ManyFunctionVersion!" in update(before, after)
