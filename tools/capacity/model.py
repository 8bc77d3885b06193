"""What a rate of submissions uses and costs per month, from the assumptions and from measurements of the code."""

import json
import math
import tomllib
from collections import defaultdict
from pathlib import Path
from statistics import mean
from typing import Any

from tools.capacity import assumptions
from tools.capacity.prices import PRICES
from tools.template import ROOT, load, resources

Settings = dict[str, str]  # the template's parameters

# What `make capacity` and `make bench` measured last.
MEASURED = Path(__file__).parent / "measured.json"
SIZES: dict[str, Any] = json.loads(MEASURED.read_text())
TIMES: dict[str, Any] = json.loads((ROOT / "tools/bench/measured.json").read_text())

SECONDS_PER_MONTH = 730 * 3600
BATCH = 100
# A duplicate's condition fails, and DynamoDB charges that like a write. A refused submission writes nothing.
_WRITES = 1 - assumptions.REFUSED
# Per submission. DynamoDB charges for the larger of before and after, and here an item only grows.
WRITE_UNITS = _WRITES * mean(math.ceil(size / 1024) for size in SIZES["items"])


def shipped(environment: str = "") -> Settings:
    """Return the parameters of a plain `sam deploy`, or of an environment in samconfig.toml."""
    parameters = {name: str(each["Default"]) for name, each in load("template.yaml")["Parameters"].items()}
    if environment:
        config = tomllib.loads((ROOT / "samconfig.toml").read_text())[environment]["deploy"]["parameters"]
        parameters |= dict(each.replace('"', "").split("=", 1) for each in config["parameter_overrides"])
    return parameters


def bill(settings: Settings, rate: float, *, batched: bool = False) -> dict[str, float]:
    """Return the dollars per month of each part of the bill."""
    parts: defaultdict[str, float] = defaultdict(float)
    for name, amount in usage(settings, rate, batched=batched).items():
        if amount:
            parts[PRICES[name].part] += amount * PRICES[name].dollars / PRICES[name].per
    return parts


def total(settings: Settings, rate: float, *, batched: bool = False) -> float:
    """Return the dollars per month."""
    return sum(bill(settings, rate, batched=batched).values())


def per_million(settings: Settings, rate: float, *, batched: bool = False) -> float:
    """Return the dollars per million submissions; without any, not a number."""
    return total(settings, rate, batched=batched) * 1e6 / (rate * SECONDS_PER_MONTH) if rate else math.nan


def free(settings: Settings, rate: float) -> float:
    """Return the dollars per month that AWS's free tiers take off, if no other stack uses them."""
    prices = {name: (PRICES[name], amount) for name, amount in usage(settings, rate).items()}
    return sum(min(amount, price.free) * price.dollars / price.per for price, amount in prices.values())


def function_ms(settings: Settings) -> float:
    """Return the ingest function's time per submission. Its share of a processor grows with its memory."""
    share = min(1, int(settings["MemorySize"]) / assumptions.PROCESSOR_MB)
    return float(TIMES["cpu_ms"]["service"]["warm request"] / share + _WRITES * assumptions.DYNAMODB_MS)


def usage(settings: Settings, rate: float, *, batched: bool = False) -> dict[str, float]:
    """Return what is charged for in a month, by the names in prices.py, for submissions alone or in batches of 100.

    The table is that of a stack that has run for its retention, or for a year if it keeps conversations for ever.
    """
    submissions = rate * SECONDS_PER_MONTH
    if batched:
        requests, sizes, milliseconds = submissions / BATCH, SIZES["batched"], 1000 * TIMES["batch_seconds"]
        memory = load("template.yaml")["Resources"]["ManyFunction"]["Properties"]["MemorySize"]
    else:
        requests, sizes, milliseconds = submissions, SIZES["alone"], function_ms(settings)
        memory = int(settings["MemorySize"])
    calls_per_client = SECONDS_PER_MONTH / int(settings["AuthorizerCacheSeconds"])
    authorizations = min(requests, assumptions.CLIENTS * calls_per_client)
    conversations = submissions * (_WRITES - assumptions.DUPLICATES) / len(SIZES["items"])
    days = SECONDS_PER_MONTH / 86_400
    kept_months, log_months = (int(settings["RetentionDays"]) or 365) / days, int(settings["LogRetentionDays"]) / days
    table_gb = conversations * kept_months * (SIZES["items"][-1] + assumptions.ITEM_OVERHEAD) / 1e9
    infrequent = "_infrequent" if settings["TableClass"] == "STANDARD_INFREQUENT_ACCESS" else ""
    tracing, firewall = settings["Tracing"] == "true", settings["Firewall"] == "true"
    log_gb = submissions * (sizes["line"] + tracing * assumptions.TRACE_ID) / 1e9
    access_gb = requests * SIZES["access_line"] / 1e9
    sampled = min(requests, SECONDS_PER_MONTH)
    return {
        "requests": min(requests, 333e6),
        "requests_above_333_million": max(0, min(requests, 1e9) - 333e6),
        "requests_above_a_billion": max(0, requests - 1e9),
        # The authorizer's time and the starts of executions are charged too, but come to less than a thousandth.
        "invocations": requests + authorizations,
        "gb_seconds": requests * math.ceil(milliseconds) / 1000 * memory / 1024,
        f"write_units{infrequent}": submissions * WRITE_UNITS,
        f"table_gb{infrequent}": table_gb,
        "recovery_gb": table_gb,
        "log_gb": log_gb,
        "access_log_gb": access_gb,
        "stored_log_gb": (log_gb + access_gb) * assumptions.STORED_SHARE * log_months,
        "sent_gb": (submissions * sizes["response"] + requests * assumptions.RESPONSE_HEADERS) / 1e9,
        "firewalls": firewall,
        "firewall_rules": firewall * len(resources("AWS::WAFv2::WebACL")[0]["Rules"]),
        "firewall_requests": firewall * requests,
        "traces": tracing * (sampled + (requests - sampled) * assumptions.TRACED),
        "metrics": assumptions.METRICS if rate else 0,
        # An alarm of metric math is charged for each metric in it.
        "alarm_metrics": sum(
            sum("MetricStat" in metric for metric in alarm.get("Metrics", [])) or 1
            for alarm in resources("AWS::CloudWatch::Alarm")
        ),
        "dashboards": len(resources("AWS::CloudWatch::Dashboard")),
        "secrets": 1,
        # An execution of the authorizer keeps the clients' secrets for a minute, and one is enough for these calls.
        "secret_reads": min(authorizations, SECONDS_PER_MONTH / 60),
    }
