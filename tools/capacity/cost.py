"""What a rate of submissions needs and costs a month."""

import math
from dataclasses import dataclass

from tools.capacity.assumption import PRICES, WORKLOAD, tiered
from tools.capacity.measurement import Measurement

SECONDS_A_MONTH = 730 * 3600
GB = 1e9

_MIX, _FUNCTION, _LATENCY = WORKLOAD["mix"], WORKLOAD["function"], WORKLOAD["latency"]

# As in template.yaml.
ALARM_METRICS = 24
FIREWALL_RULES = 4
# The outcomes that the functions count, and API Gateway's seven for each of three routes.
CUSTOM_METRICS = 16 + 3 * 7
# What API Gateway adds to a response's body.
RESPONSE_HEADERS = 400
# CloudWatch keeps log lines compressed to about this share.
STORED_SHARE = 0.15


@dataclass(frozen=True)
class Request:
    """The average request of the workload."""

    write_units: float
    writes: float
    log_bytes: float
    milliseconds: float
    """Of the function, at the median."""
    slow_milliseconds: float
    """Of the function, one in a hundred."""


def average_request(measured: Measurement) -> Request:
    """Weigh the conversation's submissions, their duplicates and the refused ones."""
    submissions = len(measured.write_units)
    stored = 1 - _MIX["duplicates"] - _MIX["refused"]
    units = stored * sum(measured.write_units) + _MIX["duplicates"] * sum(measured.duplicate_units)
    writes = stored * sum(measured.writes) / submissions + _MIX["duplicates"]
    lines = (1 - _MIX["refused"]) * measured.stored_line + _MIX["refused"] * measured.refused_line
    cpu = _FUNCTION["cpu_ms"] / (_FUNCTION["memory_mb"] / _FUNCTION["mb_a_processor"])
    median, slow = _LATENCY["dynamodb"]
    # One of its writes is slow; that all of them are is rarer than one in a hundred.
    return Request(units / submissions, writes, lines, cpu + writes * median, cpu + (writes - 1) * median + slow)


def monthly(rate: float, request: Request, measured: Measurement, batch: int = 1) -> dict[str, float]:
    """Return the dollars a month of each component, for so many submissions a second, so many in each request."""
    submissions = rate * SECONDS_A_MONTH
    requests = submissions / batch
    return {
        "API Gateway": tiered(requests, PRICES["api_gateway"]["requests"]) / 1e6 if requests else 0,
        "Lambda": _lambda(submissions, requests, request),
        "DynamoDB writes": submissions * request.write_units / 1e6 * PRICES["dynamodb"]["write_units_million"],
        "DynamoDB storage": _storage(submissions, measured),
        "Logs": _logs(submissions, requests, request, measured),
        "Transfer": tiered(
            (submissions * measured.response + requests * RESPONSE_HEADERS) / GB, PRICES["transfer"]["out_gb"]
        ),
        "Fixed": _fixed(),
    }


def _lambda(submissions: float, requests: float, request: Request) -> float:
    gb = _FUNCTION["memory_mb"] / 1024
    gb_seconds = submissions * math.ceil(request.milliseconds) / 1000 * gb
    concurrency = submissions / SECONDS_A_MONTH * request.milliseconds / 1000
    restores = max(1, concurrency) * 730 / _FUNCTION["environment_hours"]
    return float(
        requests / 1e6 * PRICES["lambda"]["requests_million"]
        + tiered(gb_seconds, PRICES["lambda"]["gb_seconds"])
        + sum(_FUNCTION["snapshot_gb"]) * SECONDS_A_MONTH * PRICES["snapstart"]["cache_gb_second"]
        + restores * gb * PRICES["snapstart"]["restore_gb"]
    )


def _storage(submissions: float, measured: Measurement) -> float:
    days = SECONDS_A_MONTH / 86_400
    conversations = submissions * (1 - _MIX["duplicates"] - _MIX["refused"]) / len(measured.item_bytes)
    # DynamoDB adds 100 bytes to an item of its own.
    gb = conversations * _MIX["retention_days"] / days * (measured.item_bytes[-1] + 100) / GB
    return float(gb * (PRICES["dynamodb"]["storage_gb_month"] + PRICES["dynamodb_backup"]["recovery_gb_month"]))


def _logs(submissions: float, requests: float, request: Request, measured: Measurement) -> float:
    lines, access = submissions * request.log_bytes / GB, requests * measured.access_line / GB
    kept = (lines + access) * STORED_SHARE * _MIX["log_days"] / (SECONDS_A_MONTH / 86_400)
    prices = PRICES["logs"]
    return tiered(lines, prices["lambda_gb"]) + float(access * prices["other_gb"] + kept * prices["storage_gb_month"])


def _fixed() -> float:
    """The alarms, metrics and dashboard, the secret, and the authorizer's reads of it."""
    # Each minute at most, both versions, for each client's requests that API Gateway doesn't remember.
    reads = _MIX["clients"] * SECONDS_A_MONTH / 240 * 2
    return float(
        ALARM_METRICS * PRICES["cloudwatch"]["alarm_metric_month"]
        + CUSTOM_METRICS * PRICES["cloudwatch"]["metric_month"]
        + PRICES["cloudwatch"]["dashboard_month"]
        + PRICES["secrets_manager"]["secret_month"]
        + reads / 10_000 * PRICES["secrets_manager"]["calls_10_000"]
    )
