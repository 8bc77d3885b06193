"""What a rate of submissions needs and costs a month, from stated numbers and what was measured of the code."""

import json
import math
import tomllib
from pathlib import Path
from statistics import mean
from typing import Any

from tools.capacity.conversation import Conversation
from tools.template import resources

_FOLDER = Path(__file__).parent
PRICES: dict[str, dict[str, Any]] = tomllib.loads((_FOLDER / "prices.toml").read_text())
QUOTAS: dict[str, int] = tomllib.loads((_FOLDER / "quotas.toml").read_text())
WORKLOAD: dict[str, Any] = tomllib.loads((_FOLDER / "workload.toml").read_text())
MEASURED: dict[str, Any] = json.loads((_FOLDER.parent / "bench/measured.json").read_text())

SECONDS_A_MONTH = 730 * 3600
_DAYS_A_MONTH = SECONDS_A_MONTH / 86_400
_GB = 1e9

# The outcomes that the functions count, and API Gateway's seven for each of three routes.
_CUSTOM_METRICS = 16 + 3 * 7
# What API Gateway adds to a response's body.
_RESPONSE_HEADERS = 400
# CloudWatch keeps log lines compressed to about this share.
_STORED_SHARE = 0.15
# A month's calls of the authorizer: one for each client that API Gateway has forgotten. Each may read two secrets.
_AUTHORIZER_CALLS = WORKLOAD["clients"] * SECONDS_A_MONTH / WORKLOAD["authorizer_cache_seconds"]
_SECRET_READS = 2 * _AUTHORIZER_CALLS

# A function has a share of a processor by its memory.
_PROCESSOR = WORKLOAD["memory_mb"] / WORKLOAD["mb_a_processor"]
_CPU_MS = MEASURED["cpu_ms"] / _PROCESSOR
START_MS: float = MEASURED["init_cpu_ms"] / _PROCESSOR
# A duplicate's condition fails, and DynamoDB charges that like a write. What is refused writes nothing.
_WRITES = 1 - WORKLOAD["refused"]
_P50, _P99 = WORKLOAD["dynamodb_ms"]
FUNCTION_MS: tuple[float, float] = _CPU_MS + _WRITES * _P50, _CPU_MS + _P99
"""The function's time for a submission: p50, p99."""


def tiered(amount: float, tiers: list[list[float]]) -> float:
    """Return the price of an amount, each part of it at the price of its tier: [up to, price each]."""
    cost, below = 0.0, 0.0
    for limit, price in tiers:
        cost += max(0.0, min(amount, limit) - below) * price
        below = limit
    return cost


def write_units(conversation: Conversation) -> float:
    """Return a submission's, on average: of the larger of before and after, and an item here only grows."""
    return float(_WRITES * mean(math.ceil(size / 1024) for size in conversation.item))


def monthly(rate: float, conversation: Conversation, batch: int = 1) -> dict[str, float]:
    """Return the dollars a month of each component, for so many submissions a second, so many in each request."""
    submissions = rate * SECONDS_A_MONTH
    requests = submissions / batch
    written = submissions * write_units(conversation)
    sent_gb = (submissions * conversation.response + requests * _RESPONSE_HEADERS) / _GB
    return {
        "API Gateway": tiered(requests, PRICES["api_gateway"]["requests"]) / 1e6,
        "Lambda": _lambda(submissions, requests),
        "DynamoDB writes": written / 1e6 * PRICES["dynamodb"]["write_units_million"],
        "DynamoDB storage": _storage(submissions, conversation),
        "Logs": _logs(submissions * conversation.log_line / _GB, requests * conversation.access_line / _GB),
        "Transfer": tiered(sent_gb, PRICES["transfer"]["out_gb"]),
        "Fixed": _fixed(),
    }


def parameters(rate: float) -> dict[str, float]:
    """Return the dollars a month that each parameter of the template adds, at one submission a request."""
    requests = rate * SECONDS_A_MONTH
    firewall, kms, traces = PRICES["firewall"], PRICES["kms"], PRICES["x_ray"]
    rules = sum(len(acl["Rules"]) for acl in resources("AWS::WAFv2::WebACL"))
    acl = firewall["acl_month"] + rules * firewall["rule_month"]
    # DynamoDB asks for the table's key every five minutes for each connection, Secrets Manager for its at each read.
    keys = max(1, rate * FUNCTION_MS[0] / 1000) * SECONDS_A_MONTH / 300 + _SECRET_READS
    traced = min(rate, 1 + max(0, rate - 1) * traces["sampled"]) * SECONDS_A_MONTH
    return {
        "Firewall": acl + requests / 1e6 * firewall["requests_million"],
        "KmsKeyArn": kms["key_month"] + keys / 10_000 * kms["requests_10_000"],
        "Tracing": traced / 1e6 * traces["traces_million"],
    }


def _lambda(submissions: float, requests: float) -> float:
    """Return the price of invocations and their time. Starts are charged too, but come to less than a thousandth."""
    gb_seconds = submissions * math.ceil(FUNCTION_MS[0]) / 1000 * WORKLOAD["memory_mb"] / 1024
    invoked = requests / 1e6 * PRICES["lambda"]["requests_million"]
    return float(invoked + tiered(gb_seconds, PRICES["lambda"]["gb_seconds"]))


def _storage(submissions: float, conversation: Conversation) -> float:
    conversations = submissions * (1 - WORKLOAD["duplicates"] - WORKLOAD["refused"]) / len(conversation.item)
    # DynamoDB adds 100 bytes to an item of its own.
    gb = conversations * WORKLOAD["retention_days"] / _DAYS_A_MONTH * (conversation.item[-1] + 100) / _GB
    return float(gb * (PRICES["dynamodb"]["storage_gb_month"] + PRICES["dynamodb"]["recovery_gb_month"]))


def _logs(lines_gb: float, access_gb: float) -> float:
    """Return the ingestion of vended logs, the access log's in the infrequent-access class, and their storage."""
    prices = PRICES["vended_logs"]
    kept = (lines_gb + access_gb) * _STORED_SHARE * WORKLOAD["log_days"] / _DAYS_A_MONTH
    ingested = tiered(lines_gb, prices["standard_gb"]) + tiered(access_gb, prices["infrequent_access_gb"])
    return float(ingested + kept * prices["storage_gb_month"])


def _fixed() -> float:
    """Return what a stack costs that nobody calls: metrics, alarms, the dashboard, the secret and its readings."""
    cloudwatch, secret = PRICES["cloudwatch"], PRICES["secrets_manager"]
    alarms = resources("AWS::CloudWatch::Alarm")
    # CloudWatch charges for each metric that an alarm looks at.
    looked_at = sum(sum("MetricStat" in metric for metric in alarm.get("Metrics", [])) or 1 for alarm in alarms)
    metrics = _CUSTOM_METRICS * cloudwatch["metric_month"] + looked_at * cloudwatch["alarm_metric_month"]
    authorizer = _AUTHORIZER_CALLS / 1e6 * PRICES["lambda"]["requests_million"]
    reads = _SECRET_READS / 10_000 * secret["calls_10_000"]
    return float(metrics + cloudwatch["dashboard_month"] + authorizer + secret["secret_month"] + reads)
