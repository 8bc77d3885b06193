"""The tables of docs/capacity.md and README.md, which cog puts there."""

import math
from collections.abc import Iterable
from operator import truediv

from tools.capacity.model import (
    DAYS_PER_MONTH,
    QUOTAS,
    SECONDS_PER_MONTH,
    WORKLOAD,
    Settings,
    bench,
    bill,
    function_ms,
    shipped,
    sizes,
    start_ms,
    write_units,
)
from tools.capacity.sizes import BATCH
from tools.table import Row, markdown, row

_RATES: dict[str, float] = WORKLOAD["rates"]
_PLAIN, _PROD = shipped(), shipped("prod")
_SHIPPED = {
    "plain `sam deploy`, after a year": _PLAIN,
    "staging": shipped("staging"),
    "production": _PROD,
    "production with `TableClass=STANDARD`": _PROD | {"TableClass": "STANDARD"},
}
_THROTTLED = bench()["throttled"]
_ENTRY_SECONDS: float = bench()["batch_of_100_seconds"][1] / BATCH


def bills() -> str:
    """Return the dollars per month with the shipped settings, of an idle stack and at each rate."""
    rates = (0, *_RATES.values())
    rows = [_dollars(name, (_total(rate, settings) for rate in rates)) for name, settings in _SHIPPED.items()]
    free = (_total(rate, _PLAIN) - _total(rate, _PLAIN, free=True) for rate in rates)
    return markdown(
        [["dollars per month", "idle", *_RATES], *rows, _dollars("AWS's free tiers take off at most", free)]
    )


def millions() -> str:
    """Return the dollars per million submissions with the shipped settings, one per request and in batches."""
    rows = [_per_million(name, settings, _RATES) for name, settings in _SHIPPED.items()]
    # Plain and production.
    for name, settings in list(_SHIPPED.items())[::2]:
        rows.append(_per_million(f"{name}, in batches of {BATCH}", settings, _RATES, batched=True))
    return markdown([["dollars per million submissions", *_RATES], *rows])


def summary() -> str:
    """Return a few of these figures, for README.md."""
    rates = ["50,000 a day", "10/s", "1,000/s"]
    rows = [
        _dollars(name, (_total(rate, settings) for rate in (0, *map(_RATES.__getitem__, rates))))
        for name, settings in list(_SHIPPED.items())[:3]
    ]
    for name, batched in (("production, per million submissions", False), ("the same, in batches of 100", True)):
        head, *cells = _per_million(name, _PROD, rates, batched=batched)
        rows.append([head, "", *cells])
    return markdown([["dollars per month", "idle", *rates], *rows])


def parts() -> str:
    """Return the parts of production's bill."""
    every = [bill(rate, _PROD) for rate in _RATES.values()]
    rows = [_dollars(part, (each[part] for each in every)) for part in every[0]]
    return markdown([["production, dollars per month", *_RATES], *rows])


def parameters() -> str:
    """Return what parameters add to the plain template's bill."""
    month, infrequent = {"RetentionDays": f"{365 + DAYS_PER_MONTH}"}, {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    changes: dict[str, tuple[Settings, Settings]] = {
        "a month of retention, `TableClass=STANDARD`": ({}, month),
        "a month of retention, `STANDARD_INFREQUENT_ACCESS`": (infrequent, infrequent | month),
        "`LogRetentionDays=90` instead of 30": ({"LogRetentionDays": "30"}, {"LogRetentionDays": "90"}),
        "`Firewall=true`": ({}, {"Firewall": "true"}),
        "`Tracing=true`": ({}, {"Tracing": "true"}),
        "`KmsKeyArn`": ({}, {"KmsKeyArn": "arn"}),
    }
    rows = [
        _dollars(name, (_total(rate, _PLAIN | after) - _total(rate, _PLAIN | before) for rate in _RATES.values()))
        for name, (before, after) in changes.items()
    ]
    return markdown([["dollars per month that are added by", *_RATES], *rows])


def submission() -> str:
    """Return the assumptions and the measurements under the bills."""
    measured, traffic, times = sizes(), WORKLOAD["traffic"], WORKLOAD["times"]
    p50, p99 = function_ms(_PLAIN)
    gateway_p50, gateway_p99 = times["api_gateway_ms"]
    figures = {
        "item after each of a conversation's three (bytes)": ", ".join(map(str, measured.item)),
        "log line, alone and in a batch (bytes)": f"{measured.log_line}, {measured.batch_log_line:.0f}",
        "line of the access log, per request (bytes)": f"{measured.access_line}",
        "write units, on average": f"{write_units():.2f}",
        "assumed: duplicates, refused submissions": f"{traffic['duplicates']:.0%}, {traffic['refused']:.0%}",
        "assumed: DynamoDB's write, p50, p99 (ms)": "{}, {}".format(*times["dynamodb_ms"]),
        "assumed: API Gateway's own time, p50, p99 (ms)": f"{gateway_p50}, {gateway_p99}",
        f"function at {_PLAIN['MemorySize']} MB, p50, p99 (ms)": f"{p50:.1f}, {p99:.1f}",
        "entry of a batch, on one processor (ms)": f"{1000 * _ENTRY_SECONDS:.2f}",
        "request, p50, p99 (ms)": f"{p50 + gateway_p50:.0f}, {p99 + gateway_p99:.0f}",
        "start of an execution environment, at any size (ms)": f"{start_ms():.0f}",
    }
    return markdown([["of a submission", ""], *map(list, figures.items())])


def limits() -> str:
    """Return what breaks first with production's settings and AWS's default quotas, in the order of the rates."""
    numbers = {name: int(value) for name, value in _PROD.items() if value.isdigit()}
    held, units, seconds = numbers["ReservedConcurrency"], write_units(), _THROTTLED["seconds"]
    new, most = QUOTAS["new_table_write_units"], QUOTAS["table_write_units"]
    concurrency, each = QUOTAS["lambda_concurrency"], QUOTAS["lambda_requests_per_execution"]
    now, later, failed = "429-01", f"429-01 after {seconds:.1f} s", "500-01 or 503-01"
    parameter, quota, warm = "raise the parameter", "raise the quota", "raise warm throughput"
    rows = [
        (numbers["FirewallClientRate"] / 300, "`FirewallClientRate`, per client and address", now, parameter),
        (numbers["FirewallAddressRate"] / 300, "`FirewallAddressRate`, per address", now, parameter),
        (numbers["ThrottleRate"], "`ThrottleRate`, after a burst of `ThrottleBurst`", now, parameter),
        (new / units, f"a new table's warm throughput, {new:,} write units/s", later, warm),
        (
            new / units + held / seconds,
            f"`ReservedConcurrency`, by {held / seconds:,.0f} throttled writes/s",
            failed,
            warm,
        ),
        (held * each, f"`ReservedConcurrency`, {held}, each for {each} requests/s", failed, parameter),
        (numbers["MaxWriteUnits"] / units, "`MaxWriteUnits`", later, parameter),
        (concurrency * each, f"the account's Lambda concurrency, {concurrency:,}", failed, quota),
        (QUOTAS["api_gateway_requests"], "the account's requests to API Gateway", now, quota),
        (most / units, f"the table's quota, {most:,} write units/s", later, quota),
    ]
    head = ["from (per second)", "limit", "senders get", "what prevents it"]
    # Text is left-aligned.
    return markdown([head, *([f"{rate:,.0f}", *texts] for rate, *texts in sorted(rows))]).replace("--:", "---")


def facts() -> str:
    """Return what was measured of the limits, as a list."""
    seconds, writes, then_ms = (_THROTTLED[name] for name in ("seconds", "writes", "then_ms"))
    concurrency, full = QUOTAS["lambda_concurrency"], QUOTAS["new_table_write_units"] / write_units()
    reserved = sum(int(_PROD[f"{function}ReservedConcurrency"]) for function in ("", "Many", "Read"))
    return f"""\
- A throttled write keeps its execution busy for {seconds:.1f} s on average, because the SDK waits before each of two
  retries. After {writes} such writes, an execution has used up the SDK's retry quota: then each takes {then_ms:.0f} ms.
- The plain template reserves no concurrency. There, {concurrency / seconds:,.0f} throttled writes per second occupy
  all of an account's {concurrency:,} executions. Lambda then throttles every function, the authorizer too: all senders
  get 500-01 or 503-01 on all routes. Reserved concurrency limits this to the function whose writes are throttled.
- One execution of the batch route stores {1 / _ENTRY_SECONDS:,.0f} submissions per second. So
  {math.ceil(full * _ENTRY_SECONDS)} of them, or {full / BATCH:.0f} requests per second in batches of {BATCH}, exceed a
  new table's warm throughput. `ManyReservedConcurrency` limits them.
- Production reserves {reserved} executions. Lambda keeps 100 unreserved, so a deployment with these parameters needs a
  quota of {reserved + 100} or more."""


def hot_conversation() -> str:
    """Return what the next submission of one conversation costs, until the item is full."""
    *_, item = sizes().item
    rows = [["submissions before", "bytes", "write units of the next", "of these per second, at most"]]
    for count in (1, 10, 100, 1_000, 5_000, (QUOTAS["item_bytes"] - item) // sizes().token):
        size = item + count * sizes().token
        units = math.ceil(size / 1024)
        rows.append(row(f"{count:,}", [size, units, QUOTAS["partition_write_units"] / units]))
    return markdown(rows)


def _total(rate: float, settings: Settings, *, batched: bool = False, free: bool = False) -> float:
    return sum(bill(rate, settings, batched=batched, free=free).values())


def _per_million(name: str, settings: Settings, rates: Iterable[str], *, batched: bool = False) -> Row:
    chosen = [_RATES[each] for each in rates]
    totals = (_total(rate, settings, batched=batched) for rate in chosen)
    return _dollars(name, map(truediv, totals, (rate * SECONDS_PER_MONTH / 1e6 for rate in chosen)))


def _dollars(name: str, values: Iterable[float]) -> Row:
    return [name, *(f"{value:,.0f}" if value >= 100 else f"{value:.2f}" for value in values)]  # noqa: PLR2004 -- for the eye
