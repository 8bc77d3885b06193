"""What a rate of submissions needs and costs a month."""

import math
from dataclasses import dataclass
from statistics import mean

from tools.capacity.assumption import MEASURED, PRICES, WORKLOAD, tiered
from tools.capacity.conversation import Trial
from tools.template import resources

SECONDS_A_MONTH = 730 * 3600
DAYS_A_MONTH = SECONDS_A_MONTH / 86_400
GB = 1e9

_MIX, _FUNCTION, _LATENCY = WORKLOAD["mix"], WORKLOAD["function"], WORKLOAD["latency"]
# A function has a share of a processor by its memory.
_PROCESSOR = _FUNCTION["memory_mb"] / _FUNCTION["mb_a_processor"]
_GB = _FUNCTION["memory_mb"] / 1024

# The outcomes that the functions count, and API Gateway's seven for each of three routes.
CUSTOM_METRICS = 16 + 3 * 7
# What API Gateway adds to a response's body.
RESPONSE_HEADERS = 400
# CloudWatch keeps log lines compressed to about this share.
STORED_SHARE = 0.15
# A month's: one for each client that API Gateway has forgotten. Each may read two versions of the secret.
AUTHORIZER_CALLS = _MIX["clients"] * SECONDS_A_MONTH / _FUNCTION["authorizer_cache_seconds"]


@dataclass(frozen=True)
class Request:
    """The average request. Milliseconds are the function's: its share of a processor, its median, one in a hundred."""

    write_units: float
    writes: float
    log_bytes: float
    cpu: float
    milliseconds: float
    slow_milliseconds: float


def average_request(trial: Trial, cpu_ms: float = MEASURED["cpu_ms"]) -> Request:
    """Weigh the conversation's submissions, their duplicates and the refused ones: the last write nothing."""
    writes = 1 - _MIX["refused"]
    units = writes * mean(trial.write_units())
    lines = (1 - _MIX["refused"]) * trial.stored_line + _MIX["refused"] * trial.refused_line
    cpu = cpu_ms / _PROCESSOR
    median, slow = _LATENCY["dynamodb"]
    return Request(units, writes, lines, cpu, cpu + writes * median, cpu + slow)


def start_seconds() -> float:
    """Return what an execution environment takes to start."""
    return float(MEASURED["init_cpu_ms"] / _PROCESSOR / 1000)


def monthly(rate: float, request: Request, trial: Trial, batch: int = 1) -> dict[str, float]:
    """Return the dollars a month of each component, for so many submissions a second, so many in each request."""
    submissions = rate * SECONDS_A_MONTH
    requests = submissions / batch
    sent_gb = (submissions * trial.response + requests * RESPONSE_HEADERS) / GB
    cloudwatch = PRICES["cloudwatch"]
    metrics = CUSTOM_METRICS * cloudwatch["metric_month"] + alarm_metrics() * cloudwatch["alarm_metric_month"]
    return {
        "API Gateway": tiered(requests, PRICES["api_gateway"]["requests"]) / 1e6,
        "Lambda": _lambda(submissions, requests, request),
        "Authorizer": _authorizer(),
        "DynamoDB writes": submissions * request.write_units / 1e6 * PRICES["dynamodb"]["write_units_million"],
        "DynamoDB storage": _storage(submissions, trial),
        "Logs": _logs(submissions * request.log_bytes / GB, requests * trial.access_line / GB),
        "Transfer": tiered(sent_gb, PRICES["transfer"]["out_gb"]),
        "Fixed": metrics + cloudwatch["dashboard_month"],
    }


def options(rate: float, request: Request) -> dict[str, float]:
    """Return the dollars a month that each parameter of the template adds, at one submission a request."""
    requests = rate * SECONDS_A_MONTH
    firewall, kms, traces = PRICES["firewall"], PRICES["kms"], PRICES["x_ray"]
    rules = sum(len(acl["Rules"]) for acl in resources("AWS::WAFv2::WebACL"))
    # DynamoDB asks for the table's key every five minutes for each connection, Secrets Manager for its at each read.
    keys = max(1, rate * request.milliseconds / 1000) * SECONDS_A_MONTH / 300 + 2 * AUTHORIZER_CALLS
    traced = min(rate, 1 + max(0, rate - 1) * traces["sampled"]) * SECONDS_A_MONTH
    acl = firewall["acl_month"] + rules * firewall["rule_month"]
    return {
        "Firewall": acl + requests / 1e6 * firewall["requests_million"],
        "KmsKeyArn": kms["key_month"] + keys / 10_000 * kms["requests_10_000"],
        "Tracing": traced / 1e6 * traces["traces_million"],
    }


def _lambda(submissions: float, requests: float, request: Request) -> float:
    busy = submissions * math.ceil(request.milliseconds) / 1000
    # Lambda charges for the start of an environment since 2025-08-01.
    environments = max(1, submissions / SECONDS_A_MONTH * request.milliseconds / 1000)
    starting = environments * SECONDS_A_MONTH / 3600 / _FUNCTION["environment_hours"] * start_seconds()
    invoked = requests / 1e6 * PRICES["lambda"]["requests_million"]
    return float(invoked + tiered((busy + starting) * _GB, PRICES["lambda"]["gb_seconds"]))


def _authorizer() -> float:
    """Return what its calls cost, each of the least time that Lambda charges for, and the secret's two versions."""
    secret = PRICES["secrets_manager"]
    invoked = AUTHORIZER_CALLS / 1e6 * PRICES["lambda"]["requests_million"]
    busy = tiered(AUTHORIZER_CALLS * 0.001 * _FUNCTION["authorizer_mb"] / 1024, PRICES["lambda"]["gb_seconds"])
    return float(invoked + busy + secret["secret_month"] + 2 * AUTHORIZER_CALLS / 10_000 * secret["calls_10_000"])


def _storage(submissions: float, trial: Trial) -> float:
    conversations = submissions * (1 - _MIX["duplicates"] - _MIX["refused"]) / len(trial.item_bytes)
    # DynamoDB adds 100 bytes to an item of its own.
    gb = conversations * _MIX["retention_days"] / DAYS_A_MONTH * (trial.item_bytes[-1] + 100) / GB
    return float(gb * (PRICES["dynamodb"]["storage_gb_month"] + PRICES["dynamodb_backup"]["recovery_gb_month"]))


def _logs(lines_gb: float, access_gb: float) -> float:
    """Return the ingestion of vended logs, the access log's in the infrequent-access class, and their storage."""
    prices = PRICES["vended_logs"]
    kept = (lines_gb + access_gb) * STORED_SHARE * _MIX["log_days"] / DAYS_A_MONTH
    ingested = tiered(lines_gb, prices["standard_gb"]) + tiered(access_gb, prices["infrequent_access_gb"])
    return float(ingested + kept * prices["storage_gb_month"])


def alarm_metrics() -> int:
    """Count the metrics that the templates' alarms look at: CloudWatch charges for each."""
    alarms = resources("AWS::CloudWatch::Alarm")
    return sum(sum("MetricStat" in metric for metric in alarm.get("Metrics", [])) or 1 for alarm in alarms)
