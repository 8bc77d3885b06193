"""The tables of docs/capacity.md, which cog puts there."""

import math
from collections.abc import Iterable
from operator import truediv

from tools.capacity import model
from tools.capacity.model import QUOTAS, WORKLOAD, Settings, bill
from tools.table import Row, markdown, row

_RATES: dict[str, float] = WORKLOAD["rates"]
_MILLIONS = [rate * model.SECONDS_PER_MONTH / 1e6 for rate in _RATES.values()]
_PLAIN, _STAGING, _PROD = model.shipped(), model.shipped("staging"), model.shipped("prod")
_SHIPPED = {
    "plain `sam deploy`, after a year": _PLAIN,
    "staging": _STAGING,
    "production": _PROD,
    "production with `TableClass=STANDARD`": _PROD | {"TableClass": "STANDARD"},
}
_THROTTLED = model.bench()["throttled"]
_MONTH = f"{model.DAYS_PER_MONTH + 30}"
_CHANGES = {
    "a month of retention, `TableClass=STANDARD`": ({"RetentionDays": "30"}, {"RetentionDays": _MONTH}),
    "a month of retention, `STANDARD_INFREQUENT_ACCESS`": (
        {"RetentionDays": "30", "TableClass": "STANDARD_INFREQUENT_ACCESS"},
        {"RetentionDays": _MONTH, "TableClass": "STANDARD_INFREQUENT_ACCESS"},
    ),
    "`LogRetentionDays=90` instead of 30": ({"LogRetentionDays": "30"}, {"LogRetentionDays": "90"}),
    "`Firewall=true`": ({}, {"Firewall": "true"}),
    "`Tracing=true`": ({}, {"Tracing": "true"}),
    "`KmsKeyArn`": ({}, {"KmsKeyArn": "arn"}),
}


def bills() -> str:
    """Return the dollars per month with the shipped settings, of an idle stack and at each rate."""
    rows = [
        _dollars(name, (sum(bill(rate, settings).values()) for rate in (0, *_RATES.values())))
        for name, settings in _SHIPPED.items()
    ]
    free = (_total(rate, _PLAIN) - _total(rate, _PLAIN, free=True) for rate in (0, *_RATES.values()))
    return markdown(
        [["dollars per month", "idle", *_RATES], *rows, _dollars("AWS's free tiers take off at most", free)]
    )


def millions() -> str:
    """Return the dollars per million submissions with the shipped settings, one per request and in batches."""
    rows = []
    for batched, how in ((False, ""), (True, f", in batches of {model.BATCH}")):
        for name, settings in _SHIPPED.items():
            totals = (_total(rate, settings, batched=batched) for rate in _RATES.values())
            rows.append(_dollars(f"{name}{how}", map(truediv, totals, _MILLIONS)))
    return markdown([["dollars per million submissions", *_RATES], *rows])


def summary() -> str:
    """Return README.md's figures: a few rates of the tables above."""
    rates = ["50,000 a day", "10/s", "1,000/s"]
    rows = [
        _dollars(f"{name}, per month", (_total(rate, settings) for rate in (0, *(_RATES[each] for each in rates))))
        for name, settings in list(_SHIPPED.items())[:-1]
    ]
    names = {"production, per million submissions": False, f"the same, in batches of {model.BATCH}": True}
    for name, batched in names.items():
        totals = (_total(_RATES[each], _PROD, batched=batched) for each in rates)
        millions = (_RATES[each] * model.SECONDS_PER_MONTH / 1e6 for each in rates)
        rows.append([name, "", *_dollars("", map(truediv, totals, millions))[1:]])
    return markdown([["dollars", "idle", *rates], *rows])


def parts() -> str:
    """Return the parts of production's bill."""
    bills = [bill(rate, _PROD) for rate in _RATES.values()]
    rows = [_dollars(part, (each[part] for each in bills)) for part in bills[0]]
    return markdown([["production, dollars per month", *_RATES], *rows])


def parameters() -> str:
    """Return what parameters of the template add."""
    rows = [
        _dollars(name, (_total(rate, _PLAIN | after) - _total(rate, _PLAIN | before) for rate in _RATES.values()))
        for name, (before, after) in _CHANGES.items()
    ]
    return markdown([["dollars per month that are added by", *_RATES], *rows])


def submission() -> str:
    """Return the assumptions and the measurements under the bills."""
    measured, traffic, times = model.sizes(), WORKLOAD["traffic"], WORKLOAD["times"]
    p50, p99 = model.function_ms(_PLAIN)
    gateway_p50, gateway_p99 = times["api_gateway_ms"]
    return markdown(
        [
            ["of a submission", ""],
            ["item after each of a conversation's three (bytes)", ", ".join(str(size) for size in measured.item)],
            ["log line, alone and in a batch (bytes)", f"{measured.log_line:.0f}, {measured.batch_log_line:.0f}"],
            ["line of the access log, per request (bytes)", f"{measured.access_line}"],
            ["write units, on average", f"{model.write_units():.2f}"],
            ["assumed: duplicates, refused submissions", f"{traffic['duplicates']:.0%}, {traffic['refused']:.0%}"],
            ["assumed: DynamoDB's write, p50, p99 (ms)", "{}, {}".format(*times["dynamodb_ms"])],
            ["assumed: API Gateway's own time, p50, p99 (ms)", "{}, {}".format(*times["api_gateway_ms"])],
            [f"function at {_PLAIN['MemorySize']} MB, p50, p99 (ms)", f"{p50:.1f}, {p99:.1f}"],
            [
                "entry of a batch, on one processor (ms)",
                f"{1000 * model.bench()['batch_of_100_seconds'][1] / model.BATCH:.2f}",
            ],
            ["request, p50, p99 (ms)", f"{p50 + gateway_p50:.0f}, {p99 + gateway_p99:.0f}"],
            ["start of an execution environment, at any size (ms)", f"{model.start_ms():.0f}"],
        ]
    )


def limits() -> str:
    """Return what breaks first with production's settings and AWS's default quotas, in the order of the rates."""
    units, seconds, warm = model.write_units(), _THROTTLED["seconds"], QUOTAS["new_table_write_units"]
    address, client, throttle, burst, reserved, most = (
        int(_PROD[name])
        for name in (
            *("FirewallAddressRate", "FirewallClientRate", "ThrottleRate", "ThrottleBurst"),
            *("ReservedConcurrency", "MaxWriteUnits"),
        )
    )
    concurrency, per_execution = QUOTAS["lambda_concurrency"], QUOTAS["lambda_requests_per_execution"]
    gateway, table = QUOTAS["api_gateway_requests"], QUOTAS["table_write_units"]
    now, later, failed = "429-01", f"429-01 after {seconds:.1f} s", "500-01 or 503-01"
    parameter, quota, warmed = "raise the parameter", "raise the quota", "raise it before a launch"
    rows = [
        (client / 300, f"`FirewallClientRate`, per client and address: {client:,} in 5 minutes", now, parameter),
        (address / 300, f"`FirewallAddressRate`, per address: {address:,} in 5 minutes", now, parameter),
        (throttle, f"`ThrottleRate`, with bursts up to `ThrottleBurst`, {burst:,}", now, parameter),
        (warm / units, f"a new table's warm throughput: {warm:,} write units/s", later, warmed),
        (reserved * per_execution, f"`ReservedConcurrency`: {reserved}, each for 10 requests/s", failed, parameter),
        (
            warm / units + reserved / seconds,
            f"`ReservedConcurrency`, if {reserved / seconds:,.0f} writes/s are throttled",
            failed,
            f"warm throughput: {warmed}",
        ),
        (most / units, f"`MaxWriteUnits`: {most:,} write units/s", later, parameter),
        (concurrency * per_execution, f"the account's Lambda concurrency: {concurrency:,}", failed, quota),
        (gateway, f"the account's requests to API Gateway: {gateway:,}/s", now, quota),
        (table / units, f"the table's write units: {table:,}/s", later, quota),
    ]
    head = ["from (per second)", "limit", "senders get", "what prevents it"]
    return _left(markdown([head, *([f"{rate:,.0f}", *texts] for rate, *texts in sorted(rows))]))


def facts() -> str:
    """Return what was measured of the limits, as a list."""
    seconds, writes, then_ms = (_THROTTLED[name] for name in ("seconds", "writes", "then_ms"))
    concurrency = QUOTAS["lambda_concurrency"]
    stored = model.BATCH / model.bench()["batch_of_100_seconds"][1]
    full = QUOTAS["new_table_write_units"] / model.write_units()
    reserved = sum(int(_PROD[f"{function}ReservedConcurrency"]) for function in ("", "Many", "Read"))
    return f"""\
- A throttled write keeps its execution busy for {seconds:.1f} s on average, because the SDK waits before each of two
  retries. After {writes} such writes, an execution has used up the SDK's retry quota: then each takes {then_ms:.0f} ms.
- The plain template reserves no concurrency. There, {concurrency / seconds:,.0f} throttled writes per second occupy
  all of an account's {concurrency:,} executions. Lambda then throttles every function, the authorizer too: all senders
  get 500-01 or 503-01 on all routes. Reserved concurrency limits this to the function whose writes are throttled.
- One execution of the batch route stores {stored:,.0f} submissions per second. So {math.ceil(full / stored)} of them,
  or {full / model.BATCH:.0f} requests per second in batches of {model.BATCH}, exceed a new table's warm throughput.
  `ManyReservedConcurrency` limits them.
- Production reserves {reserved} executions. Lambda keeps 100 unreserved, so a deployment with these parameters needs a
  quota of {reserved + 100} or more."""


def hot_conversation() -> str:
    """Return what the next submission of one conversation costs, until the item is full."""
    measured = model.sizes()
    full = (QUOTAS["item_bytes"] - measured.item[-1]) // measured.token
    rows = [["submissions before", "bytes", "write units of the next", "of these per second, at most"]]
    for count in (1, 10, 100, 1_000, 5_000, full):
        size = measured.item[-1] + count * measured.token
        units = -(-size // 1024)
        rows.append(row(f"{count:,}", [size, units, QUOTAS["partition_write_units"] / units]))
    return markdown(rows)


def _left(table: str) -> str:
    """Return a table of texts: left-aligned."""
    return table.replace("--:", "---")


def _total(rate: float, settings: Settings, *, batched: bool = False, free: bool = False) -> float:
    return sum(bill(rate, settings, batched=batched, free=free).values())


def _dollars(name: str, values: Iterable[float]) -> Row:
    return [name, *(f"{value:,.0f}" if value >= 100 else f"{value:.2f}" for value in values)]  # noqa: PLR2004 -- for the eye
