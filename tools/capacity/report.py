"""Writes docs/capacity.md and its charts."""

from tools.capacity import scenario
from tools.capacity.assumption import PRICES, WORKLOAD
from tools.capacity.chart import bars
from tools.capacity.cost import FIREWALL_RULES, SECONDS_A_MONTH, Request, average_request, monthly
from tools.capacity.markdown import join, row
from tools.capacity.measurement import Measurement

_QUOTAS, _LATENCY, _FUNCTION, _MIX = (WORKLOAD[name] for name in ("quotas", "latency", "function", "mix"))
_RATES: list[int] = WORKLOAD["rates"]


def files(measured: Measurement) -> dict[str, str]:
    """Return the text of each file of docs/, by its name."""
    request = average_request(measured)
    launches = scenario.launch(request)
    sections = [
        _introduction(measured, request),
        _needs(request),
        _budget(request),
        _dollars(measured, request),
        _hot_conversation(measured),
        scenario.section(launches),
        _sources(),
    ]
    return {
        "capacity.md": "\n".join(sections),
        "capacity.svg": _cost_chart(measured, request),
        "launch.svg": scenario.chart(launches),
    }


def _introduction(measured: Measurement, request: Request) -> str:
    submissions = len(measured.item_bytes)
    sizes = join(measured.item_bytes)
    return f"""# Scale: what a load needs and costs

Written by `make capacity` from `tools/capacity/prices.toml` (list prices, dated),
`tools/capacity/workload.toml` (the traffic, the quotas,
the assumptions) and a run of this project's own code. Replace a number there and run it again. us-east-1, arm64,
without free tiers and discounts.

**Measured** with a conversation of {submissions} submissions: after them the item has {sizes} bytes.
They take {join(measured.writes)} writes, and {join(measured.write_units)} write units. (A submission with
attributes, for a conversation that has some, takes two writes: the condition of the first fails, and DynamoDB charges
for it.) Sent again, they take {join(measured.duplicate_units)}. A log line has {measured.stored_line} bytes,
that of a refusal {measured.refused_line}, of the access log {measured.access_line}.

**Assumed**: {_MIX["duplicates"]:.0%} of the submissions are duplicates and {_MIX["refused"]:.0%} are refused, so that
one takes {request.write_units:.2f} write units on average. The busiest hour has {_MIX["peak"]} times the average.
Conversations are kept for {_MIX["retention_days"]} days and log lines for {_MIX["log_days"]}. A submission takes
{_FUNCTION["cpu_ms"]} ms of a whole processor, and a write of DynamoDB {_LATENCY["dynamodb"][0]} ms, one in a hundred
{_LATENCY["dynamodb"][1]} ms.
"""


def _needs(request: Request) -> str:
    rows = []
    for rate in _RATES:
        busy = rate * request.milliseconds / 1000
        units = rate * request.write_units
        rows.append(
            f"| {rate:,} | {rate * SECONDS_A_MONTH / 1e6:,.0f} M | {max(1, busy):,.0f} | {units:,.0f} "
            f"| {_quotas_to_raise(rate * _MIX['peak'], request)} |"
        )
    return "\n".join(
        [
            "## What it needs",
            "",
            "| submissions/s | a month | executions at once | write units/s | quotas to raise, for the busiest hour |",
            "|--:|--:|--:|--:|---|",
            *rows,
            "",
            "Executions are busy ones, at the median; a new one takes longer, see the launch below. Lambda's quota",
            "must also be a tenth of the requests a second, however short they are.",
            "",
        ]
    )


def _quotas_to_raise(rate: float, request: Request) -> str:
    # Lambda serves ten requests a second for each execution of the quota, however short they are.
    concurrency = max(rate * request.milliseconds / 1000, rate / 10)
    needs = (
        ("API Gateway's requests a second", rate, _QUOTAS["api_gateway_requests"]),
        ("Lambda's concurrent executions", concurrency, _QUOTAS["lambda_concurrency"]),
        ("DynamoDB's write units of a table", rate * request.write_units, _QUOTAS["dynamodb_table_write_units"]),
    )
    return "; ".join(f"{name} to {wanted:,.0f}" for name, wanted, quota in needs if wanted > quota) or "none"


def _budget(request: Request) -> str:
    gateway, authorizer = _LATENCY["api_gateway"], _LATENCY["authorizer"]
    cpu = request.milliseconds - request.writes * _LATENCY["dynamodb"][0]
    return "\n".join(
        [
            "## Where the time goes",
            "",
            "| part | p50, ms | p99, ms |",
            "|---|--:|--:|",
            f"| API Gateway | {gateway[0]} | {gateway[1]} |",
            f"| authorizer, remembered by API Gateway | {authorizer[0]} | {authorizer[1]} |",
            f"| the function's CPU, at {_FUNCTION['memory_mb']} MB | {cpu:.1f} | {cpu:.1f} |",
            f"| DynamoDB, {request.writes:.2f} writes | {request.writes * _LATENCY['dynamodb'][0]:.1f} "
            f"| {request.slow_milliseconds - cpu:.1f} |",
            f"| **in all** | **{gateway[0] + request.milliseconds:.0f}** "
            f"| **{gateway[1] + request.slow_milliseconds:.0f}** |",
            "",
            "An upper bound: the slow hundredths of the parts rarely meet. A request that starts an execution takes",
            f"{_FUNCTION['restore_ms']} ms more with SnapStart, {_FUNCTION['init_ms']} ms more without.",
            "",
        ]
    )


def _dollars(measured: Measurement, request: Request) -> str:
    costs = {rate: monthly(rate, request, measured) for rate in _RATES}
    batches = {rate: sum(monthly(rate, request, measured, batch=100).values()) for rate in _RATES}
    totals = {rate: sum(parts.values()) for rate, parts in costs.items()}
    millions = {rate: rate * SECONDS_A_MONTH / 1e6 for rate in _RATES}
    firewall = PRICES["firewall"]
    monthly_price = firewall["acl_month"] + FIREWALL_RULES * firewall["rule_month"]
    return "\n".join(
        [
            "## What it costs",
            "",
            "Dollars a month, at that rate all month:",
            "",
            row("", [f"{rate:,}/s" for rate in _RATES]),
            f"|---|{'--:|' * len(_RATES)}",
            *(row(name, [f"{costs[rate][name]:,.0f}" for rate in _RATES]) for name in costs[_RATES[0]]),
            row("**in all**", [f"**{totals[rate]:,.0f}**" for rate in _RATES]),
            row("**a million**", [f"**{totals[rate] / millions[rate]:.2f}**" for rate in _RATES]),
            row("a million, in batches of 100", [f"{batches[rate] / millions[rate]:.2f}" for rate in _RATES]),
            "",
            "![Dollars a million submissions, by component](capacity.svg)",
            "",
            "*Fixed* is the alarms, the metrics, the dashboard and the secret. A sender that can wait saves most with",
            "the batch route: API Gateway charges by the request. The firewall, where it is on, adds "
            f"{monthly_price:.0f} a month and",
            f"{firewall['requests_million']:.2f} a million requests.",
            "",
        ]
    )


def _hot_conversation(measured: Measurement) -> str:
    partition, most = _QUOTAS["dynamodb_partition_write_units"], _QUOTAS["dynamodb_item_bytes"]
    rows = []
    for count in (1, 10, 100, 1_000):
        size = measured.item_bytes[-1] + count * measured.token_bytes
        # With attributes: a condition that fails, and a write, each of the whole item.
        units = -(-size // 1024) * 2
        rows.append(f"| {count:,} | {size:,} | {units:,} | {partition / units:,.0f} |")
    return "\n".join(
        [
            "## One hot conversation",
            "",
            f"Each submission leaves a token of {measured.token_bytes} bytes in its conversation's item, which is how",
            f"it is applied once. A write costs the whole item, and a partition takes {partition:,} write units a",
            "second. So the more a conversation has had, the fewer it takes:",
            "",
            "| submissions before | bytes | write units of the next | of these a second, at most |",
            "|--:|--:|--:|--:|",
            *rows,
            "",
            f"At about {(most - measured.item_bytes[-1]) // measured.token_bytes:,} submissions an item reaches "
            f"DynamoDB's {most:,} bytes, and the next gets 413.",
            "Conversations have a few; a sender that puts one id on all of them meets this first.",
            "",
        ]
    )


def _sources() -> str:
    lines_ = ["## Prices", "", "| of | source | looked up |", "|---|---|---|"]
    for name, prices in PRICES.items():
        doubt = "" if prices["confirmed"] else ", not confirmed: the page could not be read"
        lines_.append(f"| {name.replace('_', ' ')} | {prices['source']} | {prices['date']}{doubt} |")
    return "\n".join([*lines_, ""])


def _cost_chart(measured: Measurement, request: Request) -> str:
    columns = {}
    for rate in _RATES:
        millions = rate * SECONDS_A_MONTH / 1e6
        parts = monthly(rate, request, measured)
        columns[f"{rate:,}/s"] = {name: dollars / millions for name, dollars in parts.items()}
    return bars("Dollars a million submissions", columns, "$")
