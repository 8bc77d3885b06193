"""Alarms can be raised and end, the dashboard is complete, and the queries read fields that exist."""

import json
import re

import pytest

from ingest.errors import FullError, RefusedError, ThrottledError, TooLargeError, UnavailableError

# Metrics that are not the outcome of an error.
OUTCOMES = {"Stored", "Duplicate", "Failed", "IgnoredFields", "Authorized", "Unauthorized", "AuthorizerFailed"}
ERRORS = {error.outcome for error in (RefusedError, ThrottledError, UnavailableError, TooLargeError, FullError)}
# Words of the query language, and the names that the queries define.
WORDS = {
    "fields", "filter", "sort", "limit", "stats", "by", "as", "and", "asc", "desc", "into", "unnest", "ispresent",
    "count", "sum", "latest", "jsonParse", "line", "field", "example", "units", "submissions",
}  # fmt: skip
# Commands that Logs Insights lacks for the infrequent-access class.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData_Classes.html
STANDARD_ONLY = {"pattern", "diff", "filterIndex", "unmask"}


@pytest.fixture(scope="module")
def alarms(monitoring):
    return {name: it["Properties"] for name, it in monitoring.items() if it["Type"] == "AWS::CloudWatch::Alarm"}


@pytest.fixture(scope="module")
def queries(monitoring):
    return {name: it["Properties"] for name, it in monitoring.items() if it["Type"].endswith("QueryDefinition")}


@pytest.fixture(scope="module")
def dashboard(monitoring):
    return json.loads(monitoring["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])


def metrics_of(alarm):
    """Return the metrics that an alarm reads, by their ids in its expression."""
    if "Metrics" not in alarm:
        return {"": alarm | {"Stat": alarm["Statistic"]}}
    return {it["Id"]: it["MetricStat"] | it["MetricStat"]["Metric"] for it in alarm["Metrics"] if "MetricStat" in it}


def expression_of(alarm):
    [expression] = [it["Expression"] for it in alarm.get("Metrics", []) if "Expression" in it] or [""]
    return expression


def evaluate(alarm, **values):
    """Return the result of an alarm's expression for these values of its metrics."""
    names = {"IF": lambda condition, value, otherwise: value if condition else otherwise}
    # The expressions consist of names, numbers and operators that mean the same in Python.
    return eval(expression_of(alarm), {"__builtins__": {}}, names | values)  # noqa: S307


def test_alarms_notify_the_topic(alarms):
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}], name


def test_alarms_are_ok_without_data(alarms):
    for name, alarm in alarms.items():
        assert alarm["TreatMissingData"] == "notBreaching", name
        # An alarm on this namespace keeps its state without data.
        assert "AWS/DynamoDB" not in [metric["Namespace"] for metric in metrics_of(alarm).values()], name


def test_alarms_tolerate_late_metrics(alarms):
    """CloudWatch re-evaluates a period only while it is one of those that the alarm looks at."""
    for name, alarm in alarms.items():
        assert alarm["EvaluationPeriods"] >= 3, name
        assert alarm["DatapointsToAlarm"] < alarm["EvaluationPeriods"], name
        # A filled period is final. SUM and MAX treat a late metric as missing.
        assert not re.search(r"FILL|SUM|MAX", expression_of(alarm)), name
        assert "EvaluateLowSampleCountPercentile" not in alarm, name


def test_the_error_alarm_measures_5xx_of_the_requests_without_a_4xx(alarms):
    alarm = alarms["ApiErrorsAlarm"]
    metrics = {name: metric["MetricName"] for name, metric in metrics_of(alarm).items()}
    assert metrics == {"errors": "5XXError", "requests": "Count", "refused": "4XXError"}
    # A flood of wrong secrets hides nothing.
    assert evaluate(alarm, errors=10, requests=1020, refused=1000) == 0.5


@pytest.mark.parametrize(
    ("fast", "requests", "share"),
    [(0, 10, 1), (90, 10, 0), (99.5, 10000, 0.005), (50, 10, 0.5), (98, 1000, 0.02), (100, 10, 0), (0, 0, 0)],
)
def test_the_latency_alarm_measures_any_traffic_and_ignores_one_cold_start(alarms, fast, requests, share):
    """`fast` is a percentage: CloudWatch's percentile rank of MaxLatency, so no latency is too long to count."""
    alarm = alarms["ApiLatencyAlarm"]
    assert metrics_of(alarm)["fast"]["Stat"] == {"Fn::Sub": "PR(:${MaxLatency})"}
    assert metrics_of(alarm)["requests"]["Stat"] == "SampleCount"
    assert alarm["Threshold"] == 0.01
    assert evaluate(alarm, fast=fast, requests=requests) == share


@pytest.mark.parametrize(
    ("refused", "stored", "share"), [(1, 0, 0), (19, 0, 0), (20, 0, 1), (20, 180, 0.1), (200, 200, 0.5)]
)
def test_the_refused_alarm_measures_a_ratio_of_at_least_twenty_refusals(alarms, refused, stored, share):
    assert evaluate(alarms["RefusedAlarm"], refused=refused, stored=stored, duplicate=0) == share


@pytest.mark.parametrize(("unauthorized", "authorized", "share"), [(9, 0, 0), (10, 0, 1), (25, 100, 0.2)])
def test_the_unauthorized_alarm_measures_a_ratio_of_the_authorizers_checks(alarms, unauthorized, authorized, share):
    """Accepted callers are cached, so one client with an ended secret is a large share of the checks."""
    alarm = alarms["UnauthorizedAlarm"]
    metrics = {name: metric["MetricName"] for name, metric in metrics_of(alarm).items()}
    assert metrics == {"unauthorized": "Unauthorized", "authorized": "Authorized"}
    assert evaluate(alarm, unauthorized=unauthorized, authorized=authorized) == share


@pytest.mark.parametrize(("errors", "requests", "share"), [(19, 19, 0), (20, 20, 1), (2, 20, 0.1)])
def test_the_client_errors_alarm_measures_4xx_of_all_requests(alarms, errors, requests, share):
    alarm = alarms["ClientErrorsAlarm"]
    metrics = {name: metric["MetricName"] for name, metric in metrics_of(alarm).items()}
    assert metrics == {"errors": "4XXError", "requests": "Count"}
    assert evaluate(alarm, errors=errors, requests=requests) == share


@pytest.fixture
def timeouts(functions):
    return {name: it["Timeout"] for name, it in functions.items() if name != "SmokeTestFunction"}


@pytest.mark.parametrize("alarm", ["FunctionErrorsAlarm", "FunctionThrottlesAlarm", "FunctionDurationAlarm"])
def test_function_alarms_cover_every_function(alarms, alarm, timeouts):
    # Each 401 is an error of the authorizer.
    expected = timeouts.keys() - ({"AuthorizerFunction"} if alarm == "FunctionErrorsAlarm" else set())
    metrics = metrics_of(alarms[alarm])
    assert {metric["Dimensions"][0]["Value"]["Ref"] for metric in metrics.values()} == expected
    assert set(re.findall(r"[a-z]+", expression_of(alarms[alarm]))) == metrics.keys()


def test_duration_alarm_fires_at_70_percent_of_each_timeout(alarms, timeouts):
    comparisons = re.findall(r"\((\w+) > (\d+)\)", expression_of(alarms["FunctionDurationAlarm"]))
    limits = {f"{name.title()}Function": int(limit) for name, limit in comparisons}
    assert limits == {name: seconds * 700 for name, seconds in timeouts.items()}


def test_the_alarms_read_metrics_that_the_functions_publish(alarms, template, functions):
    services = {it["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] for it in functions.values()}
    shared = template["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
    assert shared == {"Fn::Sub": "ConversationMetadata/${AWS::StackName}"}
    assert template["Resources"]["Monitoring"]["Properties"]["Parameters"]["Stack"] == {"Ref": "AWS::StackName"}
    for metric in [metric for alarm in alarms.values() for metric in metrics_of(alarm).values()]:
        if not str(metric["Namespace"]).startswith("AWS/"):
            assert metric["Namespace"] == {"Fn::Sub": "ConversationMetadata/${Stack}"}
            assert metric["MetricName"] in OUTCOMES | ERRORS
            assert metric["Dimensions"] in [[{"Name": "service", "Value": service}] for service in services]


def test_the_dashboard_is_one_screen_with_every_alarm_and_outcome(dashboard, alarms):
    widgets = dashboard["widgets"]
    assert max(widget["y"] + widget["height"] for widget in widgets) <= 15
    assert set(widgets[0]["properties"]["alarms"]) == {f"${{{name}.Arn}}" for name in alarms}
    assert set(re.findall(r"\w+", str(widgets))) >= ERRORS


def test_the_dashboard_includes_the_cost_of_every_function_and_log(dashboard, functions, read_template):
    [cost] = [str(it["properties"]["metrics"]) for it in dashboard["widgets"] if "Cost" in it["properties"]["title"]]
    names = read_template("monitoring.yaml")["Parameters"]
    priced = {name for name in names if name.endswith(("Function", "LogGroup"))}
    assert priced <= set(re.findall(r"\$\{(\w+)\}", cost))
    memory = [str(functions[f"{name}Function"]["MemorySize"]) for name in ("Many", "Read", "Authorizer")]
    assert re.findall(r"d\d \* (\S+?)[ )]", cost) == ["${IngestMemorySize}", *memory]


def named_fields(query):
    """Return the fields of the log lines that a query reads. `line.fields` is the line's field `fields`."""
    words = re.sub(r'"[^"]*"|@\w+', "", query)
    members = set(re.findall(r"\bline\.(\w+)", words))
    return members | (set(re.findall(r"(?<![.\w])[A-Za-z]\w+", re.sub(r"line\.\w+", "", words))) - WORDS)


@pytest.mark.usefixtures("table")
def test_the_queries_read_fields_that_the_log_lines_have(queries, submit, ask, log):
    submit({"externalConversationId": "a", "eventId": "b"})
    submit({"externalConversationId": "a", "platform": "web"})
    ask("many-partly-refused")
    stored, refused, *_, batch, _ = log()
    written = stored.keys() | refused.keys() | batch.keys()
    for name, query in queries.items():
        if name != "SlowestRequestsQuery":
            assert query["LogGroupNames"] == [{"Ref": "IngestLogGroup"}]
            assert named_fields(query["QueryString"]) - {"refused"} <= written, name
    # A list, which the query unnests.
    assert refused["fields"] == ["platform"]
    # A batch's refusals share one line, which the query finds by its first entry.
    assert "item" in batch["refused"][0]
    assert "refused.0.item" in queries["BatchRefusalsQuery"]["QueryString"]
    # A client's cost is the sum of its submissions' write units.
    assert re.search(r"sum\(writeUnits\) as units.* by client", queries["ClientCostQuery"]["QueryString"])


def test_slowest_requests_query_reads_access_log_fields(queries, template):
    access = json.loads(template["Resources"]["Api"]["Properties"]["AccessLogSetting"]["Format"])
    query = queries["SlowestRequestsQuery"]
    assert query["LogGroupNames"] == [{"Ref": "AccessLogGroup"}]
    assert named_fields(query["QueryString"]) <= access.keys()


def test_slowest_requests_query_runs_on_infrequent_access_logs(queries, template):
    assert template["Resources"]["AccessLogGroup"]["Properties"]["LogGroupClass"] == "INFREQUENT_ACCESS"
    assert STANDARD_ONLY.isdisjoint(re.findall(r"\w+", queries["SlowestRequestsQuery"]["QueryString"]))


def test_dashboards_of_two_regions_have_different_names(monitoring):
    """All dashboards of an account share one namespace, so a second region's deployment would fail."""
    assert monitoring["Dashboard"]["Properties"]["DashboardName"] == {"Fn::Sub": "${Stack}-${AWS::Region}"}
