"""What the templates promise of deployments: what was changed is what runs, and what goes wrong is rolled back."""

import re

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


def test_a_changed_parameter_publishes_a_version_of_each_function_that_it_configures(template, functions, api_function):
    properties = functions[api_function]
    configuration = {name: value for name, value in properties.items() if name not in UNPUBLISHED}
    described = set(re.findall(r"\$\{(\w+)\}", properties["VersionDescription"]["Fn::Sub"]))
    assert described - {"Release"} == parameters_in(configuration, template)
    assert {"Release", "Architecture", "Tracing"} <= described
    # And whatever else changes in the template.
    assert properties["AutoPublishAliasAllProperties"] is True
    # It stays when another comes, so that the alias can go back to it.
    assert properties["AutoPublishAlias"] == "live"
    assert "VersionDeletionPolicy" not in properties


def test_no_traffic_shifts_before_the_smoke_test(functions, api_function):
    assert functions[api_function]["DeploymentPreference"]["Hooks"]["PreTraffic"] == {"Ref": "SmokeTestFunction"}


def test_traffic_shifts_for_as_long_as_the_slowest_alarm_needs(template, monitoring):
    strategies = str(template["Parameters"]["DeploymentStrategy"]["AllowedValues"])
    canaries = [int(minutes) for minutes in re.findall(r"Canary\d+Percent(\d+)Minutes", strategies)]
    steps = re.findall(r"Linear(\d+)PercentEvery(\d+)Minute", strategies)
    linear = [100 // int(percent) * int(minutes) for percent, minutes in steps]
    # What an alarm needs to be raised, and CloudWatch and CodeDeploy to tell of it.
    slowest = max(alarm_minutes(monitoring[name]["Properties"]) for name in rollback_alarms(template))
    assert min(canaries + linear) >= 2 * slowest


def alarm_minutes(alarm):
    return max(map(int, re.findall(r"'Period': (\d+)", repr(alarm)))) / 60 * alarm["EvaluationPeriods"]


def rollback_alarms(template):
    alarms = template["Globals"]["Function"]["DeploymentPreference"]["Alarms"]
    return [alarm["Fn::GetAtt"].removeprefix("Monitoring.Outputs.") for alarm in alarms]


def test_alarms_that_roll_a_deployment_back_exist_and_are_no_more_than_codedeploy_takes(template, read_template):
    nested = read_template("monitoring.yaml")
    alarms = rollback_alarms(template)
    assert len(alarms) <= 10
    # Others than alarms are asked for as well, and cfn-lint does not look into a nested template.
    assert set(re.findall(r"Monitoring\.Outputs\.(\w+)", repr(template))) == nested["Outputs"].keys()
    for alarm in alarms:
        assert nested["Outputs"][alarm]["Value"] == {"Ref": alarm}
        assert nested["Resources"][alarm]["Type"] == "AWS::CloudWatch::Alarm"
