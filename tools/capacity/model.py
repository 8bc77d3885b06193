"""What a rate of submissions uses and costs per month, from stated assumptions and from measurements of the code."""

import json
import math
import tomllib
from collections import defaultdict
from pathlib import Path
from statistics import mean
from typing import Any

from tools.template import ROOT, load, resources

_FOLDER = Path(__file__).parent
PRICES: dict[str, dict[str, Any]] = tomllib.loads((_FOLDER / "prices.toml").read_text())
QUOTAS: dict[str, int] = tomllib.loads((_FOLDER / "quotas.toml").read_text())
WORKLOAD: dict[str, Any] = tomllib.loads((_FOLDER / "workload.toml").read_text())
MEASURED, BENCHMARK = _FOLDER / "measured.json", ROOT / "tools/bench/measured.json"
SIZES: dict[str, Any] = json.loads(MEASURED.read_text())
TIMES: dict[str, Any] = json.loads(BENCHMARK.read_text())
"""What `make capacity` and `make bench` measured last."""

Settings = dict[str, str]
"""The template's parameters."""

SECONDS_PER_MONTH = 730 * 3600
DAYS_PER_MONTH = SECONDS_PER_MONTH / 86_400
BATCH = 100
_GB = 1e9
# A duplicate's condition fails, and DynamoDB charges that like a write. A refused submission writes nothing.
_WRITES = 1 - WORKLOAD["refused"]
WRITE_UNITS = _WRITES * mean(math.ceil(size / 1024) for size in SIZES["items"])
"""Per submission: of the larger of before and after, and here an item only grows."""


def shipped(environment: str = "") -> Settings:
    """Return the parameters of a plain `sam deploy`, or of an environment in samconfig.toml."""
    parameters = {name: str(each["Default"]) for name, each in load("template.yaml")["Parameters"].items()}
    if environment:
        config = tomllib.loads((ROOT / "samconfig.toml").read_text())[environment]["deploy"]["parameters"]
        parameters |= dict(each.replace('"', "").split("=", 1) for each in config["parameter_overrides"])
    return parameters


def price(name: str, amount: float, *, free: bool = False) -> float:
    """Return the dollars for an amount, each part of it at the price of its tier, above what is free if that counts."""
    entry = PRICES[name]
    tiers = entry["price"] if isinstance(entry["price"], list) else [[math.inf, entry["price"]]]
    amount = max(0.0, amount - entry.get("free", 0) * free)
    cost, below = 0.0, 0.0
    for limit, dollars in tiers:
        cost += max(0.0, min(amount, limit) - below) * dollars / entry["per"]
        below = limit
    return cost


def bill(rate: float, settings: Settings, *, batched: bool = False, free: bool = False) -> dict[str, float]:
    """Return the dollars per month of each part of the bill."""
    parts: defaultdict[str, float] = defaultdict(float)
    for name, amount in usage(rate, settings, batched=batched).items():
        if amount:
            parts[PRICES[name]["part"]] += price(name, amount, free=free)
    return parts


def function_ms(settings: Settings) -> float:
    """Return the ingest function's time per submission. Its share of a processor grows with its memory."""
    share = min(1, int(settings["MemorySize"]) / WORKLOAD["mb_per_processor"])
    return float(TIMES["cpu_ms"]["service"]["warm request"] / share + _WRITES * WORKLOAD["dynamodb_ms"])


def usage(rate: float, settings: Settings, *, batched: bool = False) -> dict[str, float]:
    """Return what is charged for in a month, by the names in prices.toml, for submissions alone or in batches of 100.

    The table is that of a stack that has run for its retention, or for a year if it keeps conversations for ever.
    """
    submissions = rate * SECONDS_PER_MONTH
    requests, sizes = (submissions / BATCH, SIZES["batched"]) if batched else (submissions, SIZES["alone"])
    kind = "_infrequent" if settings["TableClass"] == "STANDARD_INFREQUENT_ACCESS" else ""
    authorizations = min(requests, WORKLOAD["clients"] * SECONDS_PER_MONTH / int(settings["AuthorizerCacheSeconds"]))
    conversations = submissions * (_WRITES - WORKLOAD["duplicates"]) / len(SIZES["items"])
    months = (int(settings["RetentionDays"]) or 365) / DAYS_PER_MONTH
    table_gb = conversations * months * (SIZES["items"][-1] + WORKLOAD["item_overhead"]) / _GB
    line = sizes["line"] + (WORKLOAD["trace_id"] if settings["Tracing"] == "true" else 0)
    log_gb, access_gb = submissions * line / _GB, requests * SIZES["access_line"] / _GB
    log_months = int(settings["LogRetentionDays"]) / DAYS_PER_MONTH
    traced = min(requests, SECONDS_PER_MONTH) * (1 - WORKLOAD["traced"]) + requests * WORKLOAD["traced"]
    firewall, rules = settings["Firewall"] == "true", resources("AWS::WAFv2::WebACL")[0]["Rules"]
    return {
        "requests": requests,
        # The authorizer's time and the starts of executions are charged too, but come to less than a thousandth.
        "invocations": requests + authorizations,
        "gb_seconds": requests * _gb_seconds(settings, batched=batched),
        f"write_units{kind}": submissions * WRITE_UNITS,
        f"table_gb{kind}": table_gb,
        "recovery_gb": table_gb,
        "log_gb": log_gb,
        "access_log_gb": access_gb,
        "stored_log_gb": (log_gb + access_gb) * WORKLOAD["stored_share"] * log_months,
        "sent_gb": (submissions * sizes["response"] + requests * WORKLOAD["response_headers"]) / _GB,
        "firewalls": firewall,
        "firewall_rules": firewall * len(rules),
        "firewall_requests": firewall * requests,
        "traces": traced * (settings["Tracing"] == "true"),
        "metrics": WORKLOAD["metrics"] if rate else 0,
        "alarm_metrics": _alarm_metrics(),
        "dashboards": len(resources("AWS::CloudWatch::Dashboard")),
        "secrets": 1,
        # An execution of the authorizer keeps the clients' secrets for a minute, and one is enough for these calls.
        "secret_reads": min(authorizations, SECONDS_PER_MONTH / 60),
    }


def _gb_seconds(settings: Settings, *, batched: bool) -> float:
    """Return Lambda's time per request."""
    milliseconds, memory = function_ms(settings), int(settings["MemorySize"])
    if batched:
        milliseconds = 1000 * TIMES["batch_seconds"]
        memory = load("template.yaml")["Resources"]["ManyFunction"]["Properties"]["MemorySize"]
    return math.ceil(milliseconds) / 1000 * memory / 1024


def _alarm_metrics() -> int:
    """Return how many metrics the alarms look at, because CloudWatch charges for each."""
    alarms = resources("AWS::CloudWatch::Alarm")
    return sum(sum("MetricStat" in metric for metric in alarm.get("Metrics", [])) or 1 for alarm in alarms)
