"""What the templates promise of deployments: what was changed is what runs, and what goes wrong is rolled back."""

import re

import pytest
import yaml

from tests.conftest import ROOT
from tools.command import run
from tools.local.template import adapt

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


def reached_from(name, resources):
    """Return the names of all resources that one waits for."""
    reached, unread = set(), [name]
    while unread:
        it = resources[unread.pop()]
        text = repr(it)
        named = set(re.findall(r"'(?:Ref|Fn::GetAtt|Condition)': \[?'(\w+)", text)) | set(
            re.findall(r"\$\{(\w+)", text)
        )
        named |= set(re.findall(r"\w+", repr(it.get("DependsOn", ""))))
        unread += [other for other in named & resources.keys() if other not in reached]
        reached |= named & resources.keys()
    return reached


def test_a_changed_parameter_publishes_a_version_of_each_function_that_it_configures(
    template, properties_of, api_function
):
    properties = properties_of(api_function)
    configuration = {name: value for name, value in properties.items() if name not in UNPUBLISHED}
    described = set(re.findall(r"\$\{(\w+)\}", properties["VersionDescription"]["Fn::Sub"]))
    assert described == parameters_in(configuration, template)
    assert {"Architecture", "Tracing"} <= described
    # And whatever else changes in the template.
    assert properties["AutoPublishAliasAllProperties"] is True


def test_a_version_changes_with_its_description_alone(of_type):
    versions = of_type("Lambda::Version")
    assert len(versions) == 4
    assert all("Fn::Sub" in version["Description"] for version in versions)


def test_old_versions_stay_so_that_an_alias_can_go_back(translated):
    versions = [it for it in translated.values() if it["Type"] == "AWS::Lambda::Version"]
    assert {version["DeletionPolicy"] for version in versions} == {"Retain"}


def test_traffic_shifts_for_as_long_as_the_slowest_alarm_needs(template, monitoring):
    strategies = str(template["Parameters"]["DeploymentStrategy"]["AllowedValues"])
    canaries = [int(minutes) for minutes in re.findall(r"Canary\d+Percent(\d+)Minutes", strategies)]
    steps = re.findall(r"Linear(\d+)PercentEvery(\d+)Minute", strategies)
    linear = [100 // int(percent) * int(minutes) for percent, minutes in steps]
    # What an alarm needs to be raised, and CloudWatch and CodeDeploy to tell of it.
    slowest = max(alarm_minutes(monitoring[name]["Properties"]) for name in rollback_alarms(template))
    assert min(canaries + linear) >= 2 * slowest


def alarm_minutes(alarm):
    periods = set(map(int, re.findall(r"'Period': (\d+)", repr(alarm))))
    return max(periods) / 60 * alarm["EvaluationPeriods"]


def rollback_alarms(template):
    condition, alarms, otherwise = template["Globals"]["Function"]["DeploymentPreference"]["Alarms"]["Fn::If"]
    assert condition == "WithTrafficShift"
    assert otherwise == [{"Ref": "AWS::NoValue"}]
    return [alarm["Fn::GetAtt"].removeprefix("Monitoring.Outputs.") for alarm in alarms]


def test_alarms_that_roll_a_deployment_back_exist_and_are_no_more_than_codedeploy_takes(template, read_template):
    nested = read_template("monitoring.yaml")
    alarms = rollback_alarms(template)
    assert len(alarms) <= 10
    for alarm in alarms:
        assert nested["Outputs"][alarm]["Value"] == {"Ref": alarm}
        assert nested["Resources"][alarm]["Type"] == "AWS::CloudWatch::Alarm"


def test_monitoring_waits_for_nothing_that_waits_for_its_alarms(translated):
    """The deployment groups wait for the alarms, the aliases for the groups, and the API for the aliases."""
    waited_for = reached_from("Monitoring", translated)
    assert {"IngestFunction", "Table", "AccessLogGroup"} <= waited_for
    assert waited_for.isdisjoint({"Api", "Monitoring"})
    assert not {
        name
        for name in waited_for
        if translated[name]["Type"] in ("AWS::Lambda::Alias", "AWS::CodeDeploy::DeploymentGroup")
    }
    groups = [name for name, it in translated.items() if it["Type"] == "AWS::CodeDeploy::DeploymentGroup"]
    assert len(groups) == 4
    assert all("Monitoring" in reached_from(group, translated) for group in groups)


def test_the_local_stack_goes_without_the_nested_application_and_keeps_the_rest(template, tmp_path):
    built = tmp_path / "template.yaml"
    built.write_text(yaml.safe_dump(template))
    adapted = adapt(built)
    assert template["Resources"].keys() - adapted["Resources"].keys() == {"Monitoring"}
    assert template["Outputs"].keys() - adapted["Outputs"].keys() == {"AlarmTopicArn"}
    assert "Monitoring." not in repr(adapted)


@pytest.mark.parametrize("file", ["template.yaml", "monitoring.yaml"])
def test_what_a_template_says_once_reaches_cloudformation_written_out(tools, file):  # noqa: ARG001 -- SAM CLI is among them
    """CloudFormation takes no aliases of YAML. SAM CLI, through which both templates go, leaves none."""
    assert "Transform: AWS::Serverless-2016-10-31" in (ROOT / file).read_text()
    program = "import sys; from samcli.yamlhelper import *; print(yaml_dump(yaml_parse(open(sys.argv[1]).read())))"
    written = run([ROOT / ".tools/sam/bin/python", "-c", program, ROOT / file])
    assert written.returncode == 0, written.stderr
    assert not [token for token in yaml.scan(written.stdout) if isinstance(token, yaml.AliasToken)]
