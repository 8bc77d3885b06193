"""What the template promises of deployments: what was changed is what runs, and what must not be lost stays."""

import re

import pytest

# What a published version does not hold: Lambda would publish nothing where only that has changed.
UNPUBLISHED = {"ReservedConcurrentExecutions", "DeploymentPreference", "VersionDescription", "Events"}


def parameters_in(value, template):
    """Return the names of the parameters that decide a value."""
    text = repr(value)
    conditions = re.findall(r"'Fn::If': \['(\w+)'", text)
    named = set(re.findall(r"'Ref': '(\w+)'", text)) | set(re.findall(r"\$\{(\w+)\}", text))
    for condition in conditions:
        named |= parameters_in(template["Conditions"][condition], template)
    return named & template["Parameters"].keys()


def test_a_changed_parameter_publishes_a_version_of_each_function_that_it_configures(template, api_function):
    properties = template["Globals"]["Function"] | template["Resources"][api_function]["Properties"]
    configuration = {name: value for name, value in properties.items() if name not in UNPUBLISHED}
    described = set(re.findall(r"\$\{(\w+)\}", properties["VersionDescription"]["Fn::Sub"]))

    assert described == parameters_in(configuration, template)
    assert {"Architecture", "Tracing"} <= described
    assert properties["AutoPublishAliasAllProperties"] is True


def test_a_version_changes_with_its_description_alone(translated):
    versions = [it["Properties"] for it in translated.values() if it["Type"] == "AWS::Lambda::Version"]

    assert len(versions) == 4
    assert all("Fn::Sub" in version["Description"] for version in versions)


def test_old_versions_stay_so_that_an_alias_can_go_back(translated):
    versions = [it for it in translated.values() if it["Type"] == "AWS::Lambda::Version"]

    assert {version["DeletionPolicy"] for version in versions} == {"Retain"}


def test_there_is_no_stage_but_live(translated):
    """Without OpenApiVersion SAM's deployment opens a second one, with neither throttling nor log nor alarm."""
    deployments = [it["Properties"] for it in translated.values() if it["Type"] == "AWS::ApiGateway::Deployment"]
    stages = [it["Properties"]["StageName"] for it in translated.values() if it["Type"] == "AWS::ApiGateway::Stage"]

    assert deployments
    assert not [deployment for deployment in deployments if "StageName" in deployment]
    assert stages == ["live"]


@pytest.mark.parametrize("name", ["Table", "CredentialsSecret", "ApiGatewayAccount", "ApiGatewayLogRole"])
def test_what_others_depend_on_outlives_the_stack_but_not_a_first_deployment_that_failed(template, name):
    resource = template["Resources"][name]

    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_nothing_that_a_function_needs_to_exist_comes_after_it(template, translated):
    """Lambda refuses Active tracing without the right to write traces, and a key without the right to use it."""
    policies = [
        name for name, it in translated.items() if it["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
    ]
    assert policies == []

    users = {name for name, it in template["Resources"].items() if "KmsKeyArn" in repr(it)}
    assert users == {"Table", "CredentialsSecret"}
