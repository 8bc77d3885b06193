"""A deployment runs the smoke test first, shifts traffic slowly, and is rolled back by alarms."""

import re
import tomllib

from tests.conftest import ROOT


def test_no_traffic_shifts_before_the_smoke_test(functions, api_function):
    assert functions[api_function]["DeploymentPreference"]["Hooks"]["PreTraffic"] == {"Ref": "SmokeTestFunction"}


def test_every_alarm_can_roll_back_a_canary(template, monitoring):
    strategies = template["Parameters"]["DeploymentStrategy"]["AllowedValues"]
    minutes = [int(it) for it in re.findall(r"Canary\d+Percent(\d+)Minutes", str(strategies))]
    assert len(minutes) == len(strategies) - 1
    # The alarm's periods, and the delay of metrics, CloudWatch and CodeDeploy.
    slowest = max(alarm_minutes(monitoring[name]["Properties"]) for name in rollback_alarms(template))
    assert min(minutes) >= 2 * slowest


def test_every_strategy_is_used_and_staging_meets_a_canary_before_production(template):
    """Two versions with different roles cannot share an alias: this must fail in staging first."""
    environments = tomllib.loads((ROOT / "samconfig.toml").read_text())
    used = {
        name: re.search(r"DeploymentStrategy=(\w+)", str(environments[name]["deploy"]))[1]
        for name in ("dev", "staging", "prod")
    }
    assert set(used.values()) == set(template["Parameters"]["DeploymentStrategy"]["AllowedValues"])
    assert used["dev"] == "AllAtOnce"


def alarm_minutes(alarm):
    return max(map(int, re.findall(r"'Period': (\d+)", repr(alarm)))) / 60 * alarm["EvaluationPeriods"]


def rollback_alarms(template):
    alarms = template["Globals"]["Function"]["DeploymentPreference"]["Alarms"]
    return [alarm["Fn::GetAtt"].removeprefix("Monitoring.Outputs.") for alarm in alarms]


def test_rollback_alarms_exist_and_are_within_codedeploys_limit_of_ten(template, read_template):
    nested = read_template("monitoring.yaml")
    alarms = rollback_alarms(template)
    assert len(alarms) <= 10
    # cfn-lint does not look into a nested template.
    assert set(re.findall(r"Monitoring\.Outputs\.(\w+)", repr(template))) == nested["Outputs"].keys()
    for alarm in alarms:
        assert nested["Outputs"][alarm]["Value"] == {"Ref": alarm}
        assert nested["Resources"][alarm]["Type"] == "AWS::CloudWatch::Alarm"
