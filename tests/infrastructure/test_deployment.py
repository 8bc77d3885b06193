"""What the templates promise of deployments: what was changed is what runs, and what goes wrong is rolled back."""

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


def reached_from(name, resources):
    """Return the names of all resources that one waits for."""
    reached, unread = set(), [name]
    while unread:
        it = resources[unread.pop()]
        named = re.findall(r"'(?:Ref|Fn::GetAtt|Condition)': \[?'(\w+)|\$\{(\w+)", repr(it))
        names = {one or other for one, other in named} | set(re.findall(r"\w+", repr(it.get("DependsOn", ""))))
        unread += (names & resources.keys()) - reached
        reached |= names & resources.keys()
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


def test_a_version_changes_with_its_description_and_stays_so_that_an_alias_can_go_back(translated):
    versions = [it for it in translated.values() if it["Type"] == "AWS::Lambda::Version"]
    assert len(versions) == 4
    for version in versions:
        assert "Fn::Sub" in version["Properties"]["Description"]
        assert version["DeletionPolicy"] == "Retain"


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
    aliases, groups = (
        {name for name, it in translated.items() if it["Type"] == kind}
        for kind in ("AWS::Lambda::Alias", "AWS::CodeDeploy::DeploymentGroup")
    )
    waited_for = reached_from("Monitoring", translated)
    assert {"IngestFunction", "Table", "AccessLogGroup"} <= waited_for
    assert waited_for.isdisjoint({"Api", "Monitoring"} | aliases | groups)
    assert len(groups) == 4
    assert all("Monitoring" in reached_from(group, translated) for group in groups)


@pytest.mark.parametrize("file", ["template.yaml", "monitoring.yaml"])
def test_a_template_goes_through_sam_which_writes_out_what_yaml_says_once(read_template, file):
    """CloudFormation takes no aliases of YAML."""
    assert read_template(file)["Transform"] == "AWS::Serverless-2016-10-31"
