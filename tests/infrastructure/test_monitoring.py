"""What the templates promise of monitoring: alarms that can fire and end, a dashboard, queries that find."""

import json
import re

import pytest

from ingest.errors import FullError, RefusedError, ThrottledError, TooLargeError, UnavailableError

# What a line counts that was not refused by an error of its own.
OUTCOMES = {"Stored", "Duplicate", "Failed", "IgnoredFields", "Authorized", "Unauthorized", "AuthorizerFailed"}
ERRORS = {error.outcome for error in (RefusedError, ThrottledError, UnavailableError, TooLargeError, FullError)}
# Words of the query language, its functions, and the names that the queries make themselves.
WORDS = {
    "fields", "filter", "sort", "limit", "stats", "by", "as", "and", "asc", "desc", "into", "unnest", "ispresent",
    "count", "sum", "latest", "jsonParse", "line", "field", "example", "units", "submissions",
}  # fmt: skip
# What Logs Insights can't do with the infrequent-access class.
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
    """Return the metrics that an alarm reads, by the names that its expression has for them."""
    if "Metrics" not in alarm:
        return {"": alarm | {"Stat": alarm["Statistic"]}}
    return {it["Id"]: it["MetricStat"] | it["MetricStat"]["Metric"] for it in alarm["Metrics"] if "MetricStat" in it}


def expression_of(alarm):
    [expression] = [it["Expression"] for it in alarm.get("Metrics", []) if "Expression" in it] or [""]
    return expression


def evaluate(alarm, **values):
    """Return what an alarm's expression makes of its metrics' values, in Python's words for CloudWatch's."""
    names = {"IF": lambda condition, value, otherwise: value if condition else otherwise}
    # An expression of ours, made of names, numbers and operators that both languages have.
    return eval(expression_of(alarm), {"__builtins__": {}}, names | values)  # noqa: S307


def test_every_alarm_tells_the_topic_is_off_when_nothing_happens_and_can_be_raised_by_metrics_that_arrive_late(alarms):
    """A period that was judged before its metrics came is judged again only while it is among those looked at."""
    assert len(alarms) == 11
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}], name
        assert alarm["TreatMissingData"] == "notBreaching", name
        assert alarm["EvaluationPeriods"] >= 3, name
        assert alarm["DatapointsToAlarm"] < alarm["EvaluationPeriods"], name
        # A filled period counts as complete; SUM and MAX take a metric for absent instead of late.
        assert not re.search(r"FILL|SUM|MAX", expression_of(alarm)), name
        assert "EvaluateLowSampleCountPercentile" not in alarm, name
        # DynamoDB sends none of its errors and throttles while there are none, which would keep the alarm on.
        assert "AWS/DynamoDB" not in [metric["Namespace"] for metric in metrics_of(alarm).values()], name


def test_the_error_alarm_takes_the_share_of_those_that_were_let_in(alarms):
    alarm = alarms["ApiErrorsAlarm"]
    metrics = {name: metric["MetricName"] for name, metric in metrics_of(alarm).items()}
    assert metrics == {"errors": "5XXError", "requests": "Count", "refused": "4XXError"}
    # A thousand wrong secrets a minute hide nothing.
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
def test_the_refused_alarm_needs_a_number_of_refusals_as_well_as_a_share(alarms, refused, stored, share):
    assert evaluate(alarms["RefusedAlarm"], refused=refused, stored=stored, duplicate=0) == share


@pytest.mark.parametrize(("errors", "requests", "share"), [(19, 19, 0), (20, 20, 1), (2, 20, 0.1)])
def test_the_client_errors_alarm_measures_4xx_of_all_requests(alarms, errors, requests, share):
    alarm = alarms["ClientErrorsAlarm"]
    metrics = {name: metric["MetricName"] for name, metric in metrics_of(alarm).items()}
    assert metrics == {"errors": "4XXError", "requests": "Count"}
    assert evaluate(alarm, errors=errors, requests=requests) == share


def test_each_alarm_on_functions_watches_every_function_that_it_can_and_knows_its_timeout(alarms, functions):
    timeouts = {name: it["Timeout"] for name, it in functions.items() if name != "SmokeTestFunction"}
    for alarm in ("FunctionErrorsAlarm", "FunctionThrottlesAlarm", "FunctionDurationAlarm"):
        # Each 401 is an exception in the authorizer.
        watched = timeouts.keys() - ({"AuthorizerFunction"} if alarm == "FunctionErrorsAlarm" else set())
        metrics = metrics_of(alarms[alarm])
        assert {metric["Dimensions"][0]["Value"]["Ref"] for metric in metrics.values()} == watched
        assert set(re.findall(r"[a-z]+", expression_of(alarms[alarm]))) == metrics.keys()
    comparisons = re.findall(r"\((\w+) > (\d+)\)", expression_of(alarms["FunctionDurationAlarm"]))
    limits = {f"{name.title()}Function": int(limit) for name, limit in comparisons}
    assert limits == {name: seconds * 700 for name, seconds in timeouts.items()}


def test_our_own_metrics_are_those_that_the_functions_count(alarms, template, functions):
    services = {it["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] for it in functions.values()}
    shared = template["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
    assert shared == {"Fn::Sub": "ConversationMetadata/${AWS::StackName}"}
    assert template["Resources"]["Monitoring"]["Properties"]["Parameters"]["Stack"] == {"Ref": "AWS::StackName"}
    for metric in [metric for alarm in alarms.values() for metric in metrics_of(alarm).values()]:
        if not str(metric["Namespace"]).startswith("AWS/"):
            assert metric["Namespace"] == {"Fn::Sub": "ConversationMetadata/${Stack}"}
            assert metric["MetricName"] in OUTCOMES | ERRORS
            assert metric["Dimensions"] in [[{"Name": "service", "Value": service}] for service in services]


def test_the_dashboard_is_one_screen_that_shows_every_alarm_and_every_outcome(dashboard, alarms):
    widgets = dashboard["widgets"]
    assert max(widget["y"] + widget["height"] for widget in widgets) <= 15
    assert set(widgets[0]["properties"]["alarms"]) == {f"${{{name}.Arn}}" for name in alarms}
    assert set(re.findall(r"\w+", str(widgets))) >= ERRORS


def test_the_dashboard_counts_the_cost_of_every_function_and_every_log(dashboard, functions, read_template):
    [cost] = [str(it["properties"]["metrics"]) for it in dashboard["widgets"] if "Cost" in it["properties"]["title"]]
    names = read_template("monitoring.yaml")["Parameters"]
    given = {name for name in names if name.endswith(("Function", "LogGroup"))}
    assert given <= set(re.findall(r"\$\{(\w+)\}", cost))
    memory = [str(functions[f"{name}Function"]["MemorySize"]) for name in ("Many", "Read", "Authorizer")]
    assert re.findall(r"d\d \* (\S+?)[ )]", cost) == ["${IngestMemorySize}", *memory]


def named_fields(query):
    """Return the fields of the log's lines that a query names; `line.fields` is the line's own `fields`."""
    words = re.sub(r'"[^"]*"|@\w+', "", query)
    members = set(re.findall(r"\bline\.(\w+)", words))
    return members | (set(re.findall(r"(?<![.\w])[A-Za-z]\w+", re.sub(r"line\.\w+", "", words))) - WORDS)


@pytest.mark.usefixtures("table")
def test_the_queries_name_fields_that_the_log_lines_have(queries, submit, ask, log):
    submit({"externalConversationId": "a", "eventId": "b"})
    submit({"externalConversationId": "a", "platform": "web"})
    ask("many-partly-refused")
    stored, refused, *_, batch, _ = log()
    written = stored.keys() | refused.keys() | batch.keys()
    for name, query in queries.items():
        if name != "SlowestRequestsQuery":
            assert query["LogGroupNames"] == [{"Ref": "IngestLogGroup"}]
            assert named_fields(query["QueryString"]) - {"refused"} <= written, name
    # The fields' names are a list, which the query takes apart.
    assert refused["fields"] == ["platform"]
    # What a batch refused is in one line, which the query finds by its first entry.
    assert "item" in batch["refused"][0]
    assert "refused.0.item" in queries["BatchRefusalsQuery"]["QueryString"]
    # What a client cost is the sum of what its submissions did.
    assert re.search(r"sum\(writeUnits\) as units.* by client", queries["ClientCostQuery"]["QueryString"])


def test_the_query_for_slow_requests_names_fields_of_the_access_log_and_needs_no_more_than_its_class(queries, template):
    access = json.loads(template["Resources"]["Api"]["Properties"]["AccessLogSetting"]["Format"])
    query = queries["SlowestRequestsQuery"]
    assert query["LogGroupNames"] == [{"Ref": "AccessLogGroup"}]
    assert named_fields(query["QueryString"]) <= access.keys()
    assert template["Resources"]["AccessLogGroup"]["Properties"]["LogGroupClass"] == "INFREQUENT_ACCESS"
    assert STANDARD_ONLY.isdisjoint(re.findall(r"\w+", query["QueryString"]))
