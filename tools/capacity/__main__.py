"""Fills the tables of docs/capacity.md: `python -m tools.capacity`."""

import os
from operator import truediv

from tools.capacity import conversation, launch, model
from tools.capacity.conversation import Conversation
from tools.capacity.model import FUNCTION_MS, MEASURED, QUOTAS, START_MS, WORKLOAD
from tools.page import Row, fill, row

_ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "ingest",
    "POWERTOOLS_METRICS_NAMESPACE": "ConversationMetadata/conversation-metadata",
    "TABLE_NAME": "conversations",
    "RETENTION_DAYS": str(WORKLOAD["retention_days"]),
    "TRACING": "false",
}
_RATES: list[int] = WORKLOAD["rates"]
_MILLIONS = [rate * model.SECONDS_A_MONTH / 1e6 for rate in _RATES]
_HEAD = ["", *(f"{rate:,}/s" for rate in _RATES)]


def submission(measured: Conversation) -> list[Row]:
    """Return what one submission takes."""
    gateway, dynamodb = WORKLOAD["api_gateway_ms"], WORKLOAD["dynamodb_ms"]
    return [
        ["of a submission", ""],
        ["item after each of a conversation's (bytes)", ", ".join(str(size) for size in measured.item)],
        ["log line, line of the access log (bytes)", f"{measured.log_line:.0f}, {measured.access_line}"],
        [f"CPU, of a whole processor, on {MEASURED['date']} (ms)", f"{MEASURED['cpu_ms']:.2f}"],
        ["assumed: duplicates, refused submissions", f"{WORKLOAD['duplicates']:.0%}, {WORKLOAD['refused']:.0%}"],
        ["assumed: conversation, log line kept (days)", f"{WORKLOAD['retention_days']}, {WORKLOAD['log_days']}"],
        ["assumed: DynamoDB's write, p50, p99 (ms)", "{}, {}".format(*dynamodb)],
        ["assumed: API Gateway's own time, p50, p99 (ms)", "{}, {}".format(*gateway)],
        ["write units, on average", f"{model.write_units(measured):.2f}"],
        [f"function at {WORKLOAD['memory_mb']} MB, p50, p99 (ms)", "{:.1f}, {:.1f}".format(*FUNCTION_MS)],
        ["request, p50, p99 (ms)", f"{FUNCTION_MS[0] + gateway[0]:.0f}, {FUNCTION_MS[1] + gateway[1]:.0f}"],
        ["more where it starts an execution (ms)", f"{START_MS:.0f}"],
    ]


def needs(measured: Conversation) -> list[Row]:
    """Return what each rate needs; what is above a quota is bold."""

    def quota_row(name: str, a_request: float, quota: int) -> Row:
        needed = [rate * WORKLOAD["peak"] * a_request for rate in _RATES]
        return [
            f"{name}, quota {quota:,}",
            *(f"**{each:,.0f}**" if each > quota else f"{each:,.0f}" for each in needed),
        ]

    seconds = FUNCTION_MS[0] / 1000
    charged_seconds = max(seconds, 1 / QUOTAS["lambda_requests_an_execution"])
    return [
        _HEAD,
        row("submissions a month, millions", _MILLIONS),
        row("executions at once", [max(1, rate * seconds) for rate in _RATES]),
        quota_row("requests/s", 1, QUOTAS["api_gateway_requests"]),
        quota_row("concurrency", charged_seconds, QUOTAS["lambda_concurrency"]),
        quota_row("write units/s", model.write_units(measured), QUOTAS["table_write_units"]),
    ]


def costs(measured: Conversation) -> list[Row]:
    """Return the dollars of each rate: by component, in all, a million, and what parameters add."""
    components = [model.monthly(rate, measured) for rate in _RATES]
    totals = [sum(each.values()) for each in components]
    batches = [sum(model.monthly(rate, measured, batch=100).values()) for rate in _RATES]
    added = [model.parameters(rate) for rate in _RATES]
    return [
        _HEAD,
        *(row(name, [each[name] for each in components]) for name in components[0]),
        row("**in all**", totals, "**{:,.0f}**"),
        row("**a million**", map(truediv, totals, _MILLIONS), "**{:.2f}**"),
        row("a million, in batches of 100", map(truediv, batches, _MILLIONS), "{:.2f}"),
        *(row(f"`{name}` adds", [each[name] for each in added]) for name in added[0]),
    ]


def hot_conversation(measured: Conversation) -> list[Row]:
    """Return what the next submission of one conversation costs, until the item is full."""
    full = (QUOTAS["item_bytes"] - measured.item[-1]) // measured.token
    rows = [["submissions before", "bytes", "write units of the next", "of these a second, at most"]]
    for count in (1, 10, 100, 1_000, 5_000, full):
        size = measured.item[-1] + count * measured.token
        units = -(-size // 1024)
        rows.append(row(f"{count:,}", [size, units, QUOTAS["partition_write_units"] / units]))
    return rows


def launches(measured: Conversation) -> list[Row]:
    """Return what each limit turned away in each launch."""
    limits = ("API Gateway", "Lambda", "DynamoDB")
    rows = [["launch", *limits, "waited for a start", "given up"]]
    for number, (name, settings) in enumerate(WORKLOAD["launches"].items(), 1):
        met = launch.simulate(settings, model.write_units(measured))
        cells = [
            f"{met.turned_away[limit]:,.0f} until {met.last_second[limit]:,.1f} s"
            if limit in met.last_second
            else "none"
            for limit in limits
        ]
        waited = f"{met.waited_for_start:,.0f} for {START_MS / 1000:.1f} s"
        rows.append([f"{number}: {name}", *cells, waited, f"{met.given_up / met.arrived:.1%}"])
    return rows


def tables(measured: Conversation) -> dict[str, list[Row]]:
    """Return the page's tables by their marks."""
    return {
        "submission": submission(measured),
        "needs": needs(measured),
        "costs": costs(measured),
        "hot conversation": hot_conversation(measured),
        "launches": launches(measured),
    }


if __name__ == "__main__":
    os.environ |= _ENVIRONMENT
    fill("capacity.md", tables(conversation.measure(WORKLOAD["conversation"])))
