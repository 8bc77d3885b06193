"""The operational parts of the template: what the queries ask for exists, limits limit, deployments turn back."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tools.local.template import adapt

ROOT = Path(__file__).parents[2]

# Words of the query language, its functions, and the names that the queries make themselves.
_WORDS = {
    "fields", "filter", "sort", "limit", "stats", "by", "as", "asc", "desc", "into", "unnest", "display",
    "count", "latest", "jsonParse", "line", "field", "refused", "example",
}  # fmt: skip


@pytest.fixture
def queries(template):
    return {
        name: it["Properties"] for name, it in template["Resources"].items() if it["Type"].endswith("QueryDefinition")
    }


def _named_fields(query):
    """Return the fields of the log's lines that a query names; `line.fields` is the line's own `fields`."""
    words = re.sub(r'"[^"]*"|@\w+', "", query)
    members = set(re.findall(r"\bline\.(\w+)", words))
    return members | (set(re.findall(r"[A-Za-z]\w+", re.sub(r"line\.\w+", "", words))) - _WORDS)


def test_the_queries_name_fields_that_the_log_lines_have(queries, submit, table, log):  # noqa: ARG001 -- the store's table
    submit({"externalConversationId": "a", "eventId": "b"})
    submit({"externalConversationId": "a", "platform": "web"})
    written = set().union(*log())

    for name in ("TraceEventQuery", "RefusalsQuery", "ClientQuery"):
        assert queries[name]["LogGroupNames"] == [{"Ref": "IngestLogGroup"}]
        assert _named_fields(queries[name]["QueryString"]) <= written, name
    # The fields' names are a list, which the query takes apart.
    assert log()[1]["fields"] == ["platform"]


def test_the_query_for_slow_requests_names_fields_of_the_access_log(queries, template):
    access = json.loads(re.sub(r"\s+", "", template["Resources"]["Api"]["Properties"]["AccessLogSetting"]["Format"]))

    assert queries["SlowestRequestsQuery"]["LogGroupNames"] == [{"Ref": "ApiAccessLogGroup"}]
    assert _named_fields(queries["SlowestRequestsQuery"]["QueryString"]) <= access.keys()


def test_the_dashboard_is_one_screen_of_valid_widgets_that_show_every_alarm(template):
    text = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    widgets = json.loads(text)["widgets"]
    alarms = {name for name, it in template["Resources"].items() if it["Type"] == "AWS::CloudWatch::Alarm"}

    assert len(text.splitlines()) <= 45
    assert max(widget["y"] + widget["height"] for widget in widgets) <= 15
    assert set(widgets[0]["properties"]["alarms"]) == {f"${{{name}.Arn}}" for name in alarms}


def test_every_alarm_tells_the_topic_and_is_off_when_nothing_happens(template):
    for it in template["Resources"].values():
        if it["Type"] == "AWS::CloudWatch::Alarm":
            properties = it["Properties"]
            assert properties["AlarmActions"] == properties["OKActions"] == [{"Ref": "AlarmTopic"}]
            assert properties["TreatMissingData"] == "notBreaching"


def test_the_alarm_on_duration_divides_by_the_timeouts(template):
    metrics = template["Resources"]["FunctionDurationAlarm"]["Properties"]["Metrics"]
    shares = [re.fullmatch(r"FILL\((\w+), 0\) / (\d+)", metric.get("Expression", "")) for metric in metrics]
    divisors = {f"{share[1].title()}Function": int(share[2]) for share in shares if share}

    assert divisors == {
        name: it["Properties"]["Timeout"] * 1000
        for name, it in template["Resources"].items()
        if it["Type"] == "AWS::Serverless::Function" and name != "SmokeTestFunction"
    }


def test_the_metrics_of_the_alarms_are_those_of_the_functions(template, submit, table, log):  # noqa: ARG001 -- its table
    namespace = template["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
    services = {
        it["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
        for it in template["Resources"].values()
        if it["Type"] == "AWS::Serverless::Function"
    }
    ours = [metric for metric in _metrics(template) if "ConversationMetadata" in str(metric["Namespace"])]
    submit({"externalConversationId": "a", "unknown": 1})
    emitted = {metric["Name"] for metric in log()[0]["_aws"]["CloudWatchMetrics"][0]["Metrics"]}

    assert {"Stored", "IgnoredFields"} == emitted
    assert emitted | {"Refused", "Duplicate", "Failed", "AuthorizerFailed"} == {metric["MetricName"] for metric in ours}
    for metric in ours:
        assert metric["Namespace"] == namespace
        [dimension] = metric["Dimensions"]
        assert dimension["Name"] == "service"
        assert dimension["Value"] in services


def _metrics(template):
    for it in template["Resources"].values():
        if it["Type"] == "AWS::CloudWatch::Alarm":
            if "Metrics" in it["Properties"]:
                yield from (m["MetricStat"]["Metric"] for m in it["Properties"]["Metrics"] if "MetricStat" in m)
            else:
                yield it["Properties"]


def test_alarms_that_turn_a_deployment_back_exist_and_are_no_more_than_codedeploy_takes(template):
    preference = template["Globals"]["Function"]["DeploymentPreference"]
    condition, alarms, otherwise = preference["Alarms"]["Fn::If"]
    alarms = [alarm["Ref"] for alarm in alarms]

    assert condition == "WithTrafficShift"
    assert otherwise == [{"Ref": "AWS::NoValue"}]

    assert len(alarms) <= 10
    assert all(template["Resources"][alarm]["Type"] == "AWS::CloudWatch::Alarm" for alarm in alarms)


def test_the_address_of_the_domain_is_the_routes_own_path(template):
    """Without a base path the URL is https://HOST/metadata-ingestion/v1/…: the routes say the rest."""
    mapping = template["Resources"]["DomainMapping"]["Properties"]
    paths = [
        event["Properties"]["Path"]
        for it in template["Resources"].values()
        for event in it.get("Properties", {}).get("Events", {}).values()
    ]

    assert mapping["Stage"] == {"Ref": "Api.Stage"}
    assert "BasePath" not in mapping
    assert all(path.startswith("/metadata-ingestion/v1/") for path in paths)
    assert template["Resources"]["Domain"]["Properties"]["SecurityPolicy"] == "TLS_1_2"


def test_every_parameter_has_its_place_in_the_console_a_description_and_a_range(template):
    groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    placed = [parameter for group in groups for parameter in group["Parameters"]]

    assert sorted(placed) == sorted(template["Parameters"])
    for name, parameter in template["Parameters"].items():
        assert parameter["Description"], name
        assert "Default" in parameter, name
        assert parameter.keys() & {"AllowedValues", "AllowedPattern", "MinValue"}, name


ENVIRONMENTS = tomllib.loads((ROOT / "samconfig.toml").read_text())


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_an_environment_sets_parameters_that_exist_within_their_range(template, environment):
    deploy = ENVIRONMENTS[environment]["deploy"]["parameters"]

    # What SAM CLI does not take over from the default environment.
    assert ENVIRONMENTS["default"]["deploy"]["parameters"].items() <= deploy.items()
    for override in deploy["parameter_overrides"].split():
        name, _, value = override.partition("=")
        parameter = template["Parameters"][name]
        if "AllowedValues" in parameter:
            assert value in map(str, parameter["AllowedValues"])
        else:
            assert parameter["MinValue"] <= float(value) <= parameter["MaxValue"]


def test_the_local_stack_goes_without_what_the_emulator_lacks_and_keeps_the_rest(template, tmp_path):
    built = tmp_path / "template.yaml"
    built.write_text(yaml.safe_dump(template))
    resources = adapt(built)["Resources"]
    gone = {template["Resources"][name]["Type"] for name in template["Resources"].keys() - resources.keys()}

    assert gone == {"AWS::Logs::QueryDefinition", "AWS::CloudWatch::Dashboard", "AWS::CloudWatch::Alarm"}
    assert "ApiErrorsAlarm" in resources
    # Nothing that is left refers to what is gone.
    assert not re.findall(rf"'Ref': '({'|'.join(template['Resources'].keys() - resources.keys())})'", str(resources))
