"""Alarms can be raised and end, the dashboard is complete, and the queries read fields that exist."""

import json
import re

import pytest

from ingest.errors import ServiceError
from tests.conftest import ROOT, TEMPLATE
from tests.infrastructure.cloudformation import FUNCTIONS
from tools.template import load

MONITORING = load("monitoring.yaml")
ALARMS, QUERIES = (
    {name: it["Properties"] for name, it in MONITORING["Resources"].items() if it["Type"] == f"AWS::{kind}"}
    for kind in ("CloudWatch::Alarm", "Logs::QueryDefinition")
)
DASHBOARD = MONITORING["Resources"]["Dashboard"]["Properties"]
WIDGETS = json.loads(DASHBOARD["DashboardBody"]["Fn::Sub"])["widgets"]
# The sums of a period's metrics, by dimension and name: what raises an alarm, and the most that does not.
RAISED = {
    # A flood of wrong secrets does not hide an outage.
    "ApiErrorsAlarm": ["live:5XXError=2 live:Count=1100 live:4XXError=1000"],
    # Percentages of the latencies within MaxLatency. All of ten requests are slow, or many of many.
    "ApiLatencyAlarm": ["PR(:${MaxLatency})=0 SampleCount=10", "PR(:${MaxLatency})=98 SampleCount=1000"],
    "DefectsAlarm": ["ingest:Failed=1", "read:Failed=1"],
    "TableThrottlesAlarm": ["ingest:Throttled=11", "read:Throttled=11"],
    "TableErrorsAlarm": ["ingest:Unavailable=11", "read:Unavailable=11"],
    "AuthorizerAlarm": ["authorizer:AuthorizerFailed=1"],
    # Accepted callers are cached, so one client with an ended secret is a large share of the checks.
    "UnauthorizedAlarm": ["authorizer:Unauthorized=10", "authorizer:Unauthorized=10 authorizer:Authorized=89"],
    "ClientErrorsAlarm": ["live:4XXError=20 live:Count=20", "live:4XXError=11 live:Count=100"],
    "RefusedAlarm": ["ingest:Refused=20", "ingest:Refused=21 ingest:Stored=40 ingest:Duplicate=40"],
}
NOT_RAISED = {
    "ApiErrorsAlarm": ["live:5XXError=1 live:Count=1100 live:4XXError=1000"],
    # One cold start in ten requests, or few slow ones of many.
    "ApiLatencyAlarm": ["PR(:${MaxLatency})=90 SampleCount=10", "PR(:${MaxLatency})=99 SampleCount=10000"],
    "TableThrottlesAlarm": ["ingest:Throttled=5 read:Throttled=5"],
    "TableErrorsAlarm": ["ingest:Unavailable=5 read:Unavailable=5"],
    "UnauthorizedAlarm": ["authorizer:Unauthorized=9", "authorizer:Unauthorized=10 authorizer:Authorized=90"],
    "ClientErrorsAlarm": ["live:4XXError=19 live:Count=19", "live:4XXError=10 live:Count=100"],
    "RefusedAlarm": ["ingest:Refused=19", "ingest:Refused=20 ingest:Stored=40 ingest:Duplicate=40"],
}
# Words of the query language, and the names that the queries define.
WORDS = {
    "fields", "filter", "sort", "limit", "stats", "by", "as", "and", "asc", "desc", "into", "unnest", "ispresent",
    "count", "sum", "latest", "jsonParse", "line", "field", "example", "refused", "units", "submissions",
}  # fmt: skip


def metrics_of(alarm):
    """Return the metrics that an alarm reads, by their ids in its expression."""
    if "Metrics" not in alarm:
        return {"metric": alarm | {"Stat": alarm["Statistic"]}}
    return {it["Id"]: it["MetricStat"] | it["MetricStat"]["Metric"] for it in alarm["Metrics"] if "MetricStat" in it}


def source_of(metric):
    """Return what a period's value of a metric is called above."""
    if metric["MetricName"] == "Latency":
        return metric["Stat"] if isinstance(metric["Stat"], str) else metric["Stat"]["Fn::Sub"]
    assert metric["Stat"] == ("Maximum" if metric["MetricName"] == "Duration" else "Sum")
    who = metric["Dimensions"][-1]["Value"]
    return f"{who if isinstance(who, str) else who['Ref']}:{metric['MetricName']}"


def breaches(name, period):
    """Return whether a period is above an alarm's threshold. Metrics that it does not name are 0."""
    alarm, given = ALARMS[name], dict(pair.split("=") for pair in period.split())
    values = {name: float(given.get(source_of(metric), 0)) for name, metric in metrics_of(alarm).items()}
    threshold = alarm["Threshold"]
    if isinstance(threshold, dict):
        threshold = TEMPLATE["Parameters"][threshold["Ref"]]["Default"]
    functions = {"__builtins__": {}, "IF": lambda condition, value, otherwise: value if condition else otherwise}
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    [expression] = [it["Expression"] for it in alarm.get("Metrics", []) if "Expression" in it] or ["metric"]
    # The expressions consist of names, numbers and operators that mean the same in Python.
    return eval(expression, functions, values) > threshold  # noqa: S307


@pytest.mark.parametrize("name", RAISED)
def test_an_alarm_is_raised_exactly_above_its_threshold(name):
    assert [period for period in RAISED[name] if not breaches(name, period)] == []
    assert [period for period in NOT_RAISED.get(name, []) if breaches(name, period)] == []


def test_function_alarms_cover_every_function(api_function):
    # 70% of the timeout, in milliseconds.
    limit = FUNCTIONS[api_function]["Timeout"] * 700
    assert breaches("FunctionDurationAlarm", f"{api_function}:Duration={limit + 1}")
    assert not breaches("FunctionDurationAlarm", f"{api_function}:Duration={limit}")
    assert breaches("FunctionThrottlesAlarm", f"{api_function}:Throttles=1")
    # Each 401 is an error of the authorizer.
    assert breaches("FunctionErrorsAlarm", f"{api_function}:Errors=1") == (api_function != "AuthorizerFunction")


def test_every_alarm_notifies_the_topic_and_is_ok_without_data():
    assert ALARMS.keys() == RAISED.keys() | {f"Function{it}Alarm" for it in ("Duration", "Errors", "Throttles")}
    for name, alarm in ALARMS.items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}], name
        assert alarm["TreatMissingData"] == "notBreaching", name
        # An alarm on this namespace keeps its state without data.
        assert "AWS/DynamoDB" not in [metric["Namespace"] for metric in metrics_of(alarm).values()], name


def test_alarms_tolerate_late_metrics():
    """CloudWatch re-evaluates a period only while it is one of those that the alarm looks at."""
    for name, alarm in ALARMS.items():
        assert alarm["EvaluationPeriods"] >= 3, name
        assert alarm["DatapointsToAlarm"] < alarm["EvaluationPeriods"], name
        assert len({metric["Period"] for metric in metrics_of(alarm).values()}) == 1, name
        # A filled period is final. SUM and MAX treat a late metric as missing.
        assert not re.search(r"(FILL|SUM|MAX)\(", str(alarm)), name
        assert "EvaluateLowSampleCountPercentile" not in alarm, name


def test_the_alarms_read_metrics_that_the_functions_publish():
    every = [metric for alarm in ALARMS.values() for metric in metrics_of(alarm).values()]
    own = [metric for metric in every if "AWS/" not in str(metric["Namespace"])]
    code = "".join(path.read_text() for path in (ROOT / "functions").rglob("*.py"))
    assert {metric["MetricName"] for metric in own} <= set(re.findall(r'"(\w+)"', code))
    services = {it["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] for it in FUNCTIONS.values()}
    assert {metric["Dimensions"][0]["Value"] for metric in own} <= services
    assert [metric["Namespace"] for metric in own] == [{"Fn::Sub": "ConversationMetadata/${Stack}"}] * len(own)
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == {"Fn::Sub": "ConversationMetadata/${AWS::StackName}"}
    passed = TEMPLATE["Resources"]["Monitoring"]["Properties"]["Parameters"]
    assert passed.keys() == MONITORING["Parameters"].keys()
    assert passed["Stack"] == {"Ref": "AWS::StackName"}


def test_every_alarm_can_roll_back_a_canary():
    getters = TEMPLATE["Globals"]["Function"]["DeploymentPreference"]["Alarms"]
    alarms = [getter["Fn::GetAtt"].removeprefix("Monitoring.Outputs.") for getter in getters]
    # CodeDeploy's limit. cfn-lint does not look into a nested template.
    assert len(alarms) <= 10
    assert {*alarms, "AlarmTopicArn"} == MONITORING["Outputs"].keys()
    assert [MONITORING["Outputs"][alarm]["Value"]["Ref"] for alarm in alarms] == alarms
    strategies = re.findall(r"Canary\d+Percent(\d+)Minutes", str(TEMPLATE["Parameters"]["DeploymentStrategy"]))
    for alarm in (MONITORING["Resources"][name]["Properties"] for name in alarms):
        seconds = max(map(int, re.findall(r"'Period': (\d+)", repr(alarm)))) * alarm["EvaluationPeriods"]
        # Twice the alarm's periods, because metrics, CloudWatch and CodeDeploy are late.
        assert min(map(int, strategies)) * 60 >= 2 * seconds


def test_the_dashboard_is_one_screen_with_every_alarm_and_outcome():
    assert max(widget["y"] + widget["height"] for widget in WIDGETS) <= 15
    assert set(WIDGETS[0]["properties"]["alarms"]) == {f"${{{name}.Arn}}" for name in ALARMS}
    outcomes = {error.outcome for error in ServiceError.__subclasses__()} - {"NotFound"}
    assert set(re.findall(r"\w+", str(WIDGETS))) >= outcomes
    # All dashboards of an account share one namespace, so a second region's deployment would fail.
    assert DASHBOARD["DashboardName"] == {"Fn::Sub": "${Stack}-${AWS::Region}"}


def test_the_dashboard_includes_the_cost_of_every_function_and_log():
    [cost] = [str(it["properties"]["metrics"]) for it in WIDGETS if "Cost" in it["properties"]["title"]]
    priced = {name for name in MONITORING["Parameters"] if name.endswith(("Function", "LogGroup"))}
    assert priced <= set(re.findall(r"\$\{(\w+)\}", cost))
    memory = [str(FUNCTIONS[f"{name}Function"]["MemorySize"]) for name in ("Many", "Read", "Authorizer")]
    assert re.findall(r"d\d \* (\S+?)[ )]", cost) == ["${IngestMemorySize}", *memory]
    # The access log has the lower price.
    assert TEMPLATE["Resources"]["AccessLogGroup"]["Properties"]["LogGroupClass"] == "INFREQUENT_ACCESS"


@pytest.mark.usefixtures("table")
def test_the_queries_read_fields_that_the_lines_of_their_log_group_have(submit, ask, log):
    submit({"externalConversationId": "a", "eventId": "b"})
    submit({"externalConversationId": "a", "platform": "web"})
    ask("many-partly-refused")
    stored, refused, *_, batch, _ = log()
    # A list, which a query unnests. A batch's refusals share one line, which a query finds by its first entry.
    assert refused["fields"] == ["platform"]
    assert "item" in batch["refused"][0]
    assert "refused.0.item" in QUERIES["BatchRefusalsQuery"]["QueryString"]
    assert "sum(writeUnits) as units" in QUERIES["ClientCostQuery"]["QueryString"]
    access_log = json.loads(TEMPLATE["Resources"]["Api"]["Properties"]["AccessLogSetting"]["Format"]).keys()
    fields = {"IngestLogGroup": stored.keys() | refused.keys(), "AccessLogGroup": access_log}
    for name, query in QUERIES.items():
        [group] = query["LogGroupNames"]
        words = re.sub(r'"[^"]*"', "", query["QueryString"])
        assert set(re.findall(r"(?<![@.\w])[A-Za-z]\w+", words)) - WORDS <= fields[group["Ref"]], name
        # What Logs Insights lacks for the infrequent-access class of the access log.
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData_Classes.html
        assert not re.search(r"\b(pattern|diff|filterIndex|unmask)\b", query["QueryString"]), name
