"""What a rate of submissions uses and costs per month, from stated assumptions and from measurements of the code."""

import json
import math
import tomllib
from collections import defaultdict
from pathlib import Path
from statistics import mean
from typing import Any

from tools.bench.report import MEASURED as BENCH
from tools.capacity.sizes import BATCH, Sizes
from tools.template import ROOT, load, resources

_FOLDER = Path(__file__).parent
PRICES: dict[str, dict[str, Any]] = tomllib.loads((_FOLDER / "prices.toml").read_text())
QUOTAS: dict[str, int] = tomllib.loads((_FOLDER / "quotas.toml").read_text())
WORKLOAD: dict[str, Any] = tomllib.loads((_FOLDER / "workload.toml").read_text())
MEASURED = _FOLDER / "measured.json"
"""What `make capacity` measures."""

Settings = dict[str, str]
"""The template's parameters."""

SECONDS_PER_MONTH = 730 * 3600
DAYS_PER_MONTH = SECONDS_PER_MONTH / 86_400
_GB = 1e9

# What API Gateway adds to a response's body.
_RESPONSE_HEADERS = 400
# CloudWatch keeps log lines compressed to about this share.
_STORED_SHARE = 0.15
# DynamoDB adds this to an item.
_ITEM_OVERHEAD = 100
# ,"xray_trace_id":"1-6920f3a1-1a2b3c4d5e6f708192a3b4c5" in a line, if Tracing is on
_TRACE_ID = 54
# A duplicate's condition fails, and DynamoDB charges that like a write. A refused submission writes nothing.
_WRITES = 1 - WORKLOAD["traffic"]["refused"]


def shipped(environment: str = "") -> Settings:
    """Return the parameters of a plain `sam deploy`, or of an environment in samconfig.toml."""
    parameters = {name: str(each["Default"]) for name, each in load("template.yaml")["Parameters"].items()}
    if environment:
        config = tomllib.loads((ROOT / "samconfig.toml").read_text())[environment]["deploy"]["parameters"]
        parameters |= dict(each.replace('"', "").split("=", 1) for each in config["parameter_overrides"])
    return parameters


def sizes() -> Sizes:
    """Return the bytes that `make capacity` measured last."""
    return Sizes(**json.loads(MEASURED.read_text()))


def bench() -> dict[str, Any]:
    """Return what `make bench` measured last."""
    found: dict[str, Any] = json.loads(BENCH.read_text())
    return found


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
    """Return the dollars per month of each part of the bill, in the order of prices.toml."""
    used = usage(rate, settings, batched=batched)
    parts: defaultdict[str, float] = defaultdict(float)
    for name, entry in PRICES.items():
        parts[entry["part"]] += price(name, used[name], free=free) if name in used else 0
    return {part: dollars for part, dollars in parts.items() if dollars}


def write_units() -> float:
    """Return a submission's write units, on average: of the larger of before and after, and here an item only grows."""
    return float(_WRITES * mean(math.ceil(size / 1024) for size in sizes().item))


def function_ms(settings: Settings) -> tuple[float, float]:
    """Return the ingest function's time per submission, p50 and p99. Its share of a processor grows with its memory."""
    _, cpu_ms = bench()["cpu_ms"]["service"]["warm request"]
    cpu_ms *= max(1, WORKLOAD["times"]["mb_per_processor"] / int(settings["MemorySize"]))
    p50, p99 = WORKLOAD["times"]["dynamodb_ms"]
    return cpu_ms + _WRITES * p50, cpu_ms + p99


def start_ms() -> float:
    """Return how long an execution environment takes to start. Lambda does not limit the processor during init."""
    _, init_ms = bench()["cpu_ms"]["service"]["init"]
    return float(init_ms + WORKLOAD["times"]["runtime_init_ms"])


def usage(rate: float, settings: Settings, *, batched: bool = False) -> dict[str, float]:
    """Return what is charged for in a month, by the names in prices.toml, for submissions alone or in batches of 100.

    The table is that of a stack that has run for its retention, or for a year if it keeps conversations for ever.
    """
    submissions = rate * SECONDS_PER_MONTH
    requests = submissions / (BATCH if batched else 1)
    kind = "_infrequent" if settings["TableClass"] == "STANDARD_INFREQUENT_ACCESS" else ""
    table_gb = _table_gb(submissions, float(settings["RetentionDays"]) or 365)
    log_gb, access_gb, sent_gb = _texts_gb(submissions, requests, traced=settings["Tracing"] == "true")
    authorizations = min(
        requests, WORKLOAD["traffic"]["clients"] * SECONDS_PER_MONTH / int(settings["AuthorizerCacheSeconds"])
    )
    used = {
        "requests": requests,
        "invocations": requests + authorizations,
        "gb_seconds": _gb_seconds(requests, settings, batched=batched),
        f"write_units{kind}": submissions * write_units(),
        f"table_gb{kind}": table_gb,
        "recovery_gb": table_gb,
        "log_gb": log_gb,
        "access_log_gb": access_gb,
        "stored_log_gb": (log_gb + access_gb) * _STORED_SHARE * int(settings["LogRetentionDays"]) / DAYS_PER_MONTH,
        "sent_gb": sent_gb,
        "metrics": WORKLOAD["traffic"]["metrics"] if rate else 0,
        "alarm_metrics": _alarm_metrics(),
        "dashboards": len(resources("AWS::CloudWatch::Dashboard")),
        "secrets": 1,
        # An execution of the authorizer keeps the clients' secrets for a minute, and one is enough for these calls.
        "secret_reads": min(authorizations, SECONDS_PER_MONTH / 60),
    }
    if settings["Firewall"] == "true":
        rules = sum(len(acl["Rules"]) for acl in resources("AWS::WAFv2::WebACL"))
        used |= {"firewalls": 1, "firewall_rules": rules, "firewall_requests": requests}
    if settings["Tracing"] == "true":
        first = min(requests, SECONDS_PER_MONTH)
        used["traces"] = first + (requests - first) * WORKLOAD["times"]["traced"]
    if settings["KmsKeyArn"]:
        # DynamoDB asks for the table's key every five minutes per connection, Secrets Manager for its own at each read.
        connections = max(1, rate * function_ms(settings)[0] / 1000) if rate else 0
        used |= {"keys": 1, "key_requests": connections * SECONDS_PER_MONTH / 300 + used["secret_reads"]}
    return used


def _gb_seconds(requests: float, settings: Settings, *, batched: bool) -> float:
    """Return Lambda's time. Starts are charged too, but come to less than a thousandth, like the authorizer's time."""
    milliseconds, memory = function_ms(settings)[0], int(settings["MemorySize"])
    if batched:
        milliseconds = 1000 * bench()["batch_of_100_seconds"][1]
        memory = load("template.yaml")["Resources"]["ManyFunction"]["Properties"]["MemorySize"]
    return float(requests * math.ceil(milliseconds) / 1000 * memory / 1024)


def _table_gb(submissions: float, days: float) -> float:
    new = 1 - WORKLOAD["traffic"]["duplicates"] - WORKLOAD["traffic"]["refused"]
    conversations = submissions * new / len(sizes().item) * days / DAYS_PER_MONTH
    return float(conversations * (sizes().item[-1] + _ITEM_OVERHEAD) / _GB)


def _texts_gb(submissions: float, requests: float, *, traced: bool) -> tuple[float, float, float]:
    """Return what is logged by the functions and by API Gateway, and what is sent to the clients."""
    measured = sizes()
    line, response = float(measured.log_line), float(measured.response)
    if requests < submissions:
        line, response = measured.batch_log_line, measured.batch_response
    return (
        submissions * (line + _TRACE_ID * traced) / _GB,
        requests * measured.access_line / _GB,
        (submissions * response + requests * _RESPONSE_HEADERS) / _GB,
    )


def _alarm_metrics() -> int:
    """Return how many metrics the alarms look at, because CloudWatch charges for each."""
    alarms = resources("AWS::CloudWatch::Alarm")
    return sum(sum("MetricStat" in metric for metric in alarm.get("Metrics", [])) or 1 for alarm in alarms)
