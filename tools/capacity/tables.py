"""The tables of docs/capacity.md and README.md, which cog puts there."""

import math
from collections.abc import Iterable

from tools.capacity import model
from tools.capacity.model import BATCH, QUOTAS, SIZES, TIMES, WORKLOAD, Settings, shipped
from tools.table import Row, markdown, row

_RATES: dict[str, float] = WORKLOAD["rates"]
_PLAIN, _PROD = shipped(), shipped("prod")
_SHIPPED = {
    "plain `sam deploy`, after a year": _PLAIN,
    "staging": shipped("staging"),
    "production": _PROD,
    "production with `TableClass=STANDARD`": _PROD | {"TableClass": "STANDARD"},
}
_THROTTLED = TIMES["throttled"]


def bills() -> str:
    """Return the dollars per month with the shipped settings, of an idle stack and at each rate."""
    rates = [0, *_RATES.values()]
    rows = [_dollars(name, (_total(rate, settings) for rate in rates)) for name, settings in _SHIPPED.items()]
    free = (_total(rate, _PLAIN) - _total(rate, _PLAIN, free=True) for rate in rates)
    rows.append(_dollars("AWS's free tiers take off at most", free))
    return markdown([["dollars per month", "idle", *_RATES], *rows])


def millions() -> str:
    """Return the dollars per million submissions with the shipped settings, one per request and in batches."""
    rows = [_per_million(name, settings, _RATES.values()) for name, settings in _SHIPPED.items()]
    for name, settings in _SHIPPED.items():
        rows.append(_per_million(f"{name}, in batches of {BATCH}", settings, _RATES.values(), batched=True))
    return markdown([["dollars per million submissions", *_RATES], *rows])


def summary() -> str:
    """Return a few of these figures, for README.md."""
    chosen = {name: _RATES[name] for name in ("50,000 a day", "10/s", "1,000/s")}
    rates = [0, *chosen.values()]
    rows = [_dollars(name, (_total(rate, _SHIPPED[name]) for rate in rates)) for name in list(_SHIPPED)[:3]]
    for name, batched in (("production, per million submissions", False), ("the same, in batches of 100", True)):
        _, *cells = _per_million(name, _PROD, chosen.values(), batched=batched)
        rows.append([name, "", *cells])
    return markdown([["dollars per month", "idle", *chosen], *rows])


def parts() -> str:
    """Return the parts of production's bill."""
    every = [model.bill(rate, _PROD) for rate in _RATES.values()]
    rows = [_dollars(part, (each[part] for each in every)) for part in every[0]]
    return markdown([["production, dollars per month", *_RATES], *rows])


def parameters() -> str:
    """Return what parameters add to the plain template's bill."""
    longer, infrequent = {"RetentionDays": "395"}, {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    changes: dict[str, tuple[Settings, Settings]] = {
        "30 days of retention, `TableClass=STANDARD`": ({}, longer),
        "30 days of retention, `STANDARD_INFREQUENT_ACCESS`": (infrequent, infrequent | longer),
        "`LogRetentionDays=90` instead of 30": ({"LogRetentionDays": "30"}, {"LogRetentionDays": "90"}),
        "`Firewall=true`": ({}, {"Firewall": "true"}),
        "`Tracing=true`": ({}, {"Tracing": "true"}),
    }
    rows = [
        _dollars(name, (_total(rate, _PLAIN | after) - _total(rate, _PLAIN | before) for rate in _RATES.values()))
        for name, (before, after) in changes.items()
    ]
    return markdown([["dollars per month that are added by", *_RATES], *rows])


def submission() -> str:
    """Return the assumptions and the measurements under the bills."""
    start_ms = WORKLOAD["runtime_init_ms"] + TIMES["cpu_ms"]["service"]["init"]
    figures = {
        "item after each of a conversation's three (bytes)": ", ".join(map(str, SIZES["items"])),
        "log line, alone and in a batch (bytes)": f"{SIZES['alone']['line']}, {SIZES['batched']['line']:.0f}",
        "line of the access log, per request (bytes)": f"{SIZES['access_line']}",
        "assumed: duplicates, refused submissions": f"{WORKLOAD['duplicates']:.0%}, {WORKLOAD['refused']:.0%}",
        "assumed: DynamoDB's write (ms)": f"{WORKLOAD['dynamodb_ms']}",
        f"function at {_PLAIN['MemorySize']} MB (ms)": f"{model.function_ms(_PLAIN):.1f}",
        "entry of a batch, on one processor (ms)": f"{1000 * TIMES['batch_seconds'] / BATCH:.2f}",
        "start of an execution environment, at any size (ms)": f"{start_ms:.0f}",
    }
    return markdown([["of a submission", ""], *map(list, figures.items())])


def limits() -> str:
    """Return what breaks first with production's settings and AWS's default quotas, in the order of the rates."""
    prod = {name: int(value) for name, value in _PROD.items() if value.isdigit()}
    held, seconds, new = prod["ReservedConcurrency"], _THROTTLED["seconds"], QUOTAS["new_table_write_units"]
    concurrency, most = QUOTAS["lambda_concurrency"], QUOTAS["table_write_units"]
    now, later, failed = "429-01", f"429-01 after {seconds:.1f} s", "500-01 or 503-01"
    parameter, quota, warm = "raise the parameter", "raise the quota", "raise warm throughput"
    rows = [
        (prod["FirewallClientRate"] / 300, "`FirewallClientRate`, per client and address", now, parameter),
        (prod["FirewallAddressRate"] / 300, "`FirewallAddressRate`, per address", now, parameter),
        (prod["ThrottleRate"], "`ThrottleRate`, after a burst of `ThrottleBurst`", now, parameter),
        (new / model.WRITE_UNITS, f"a new table's warm throughput, {new:,} write units/s", later, warm),
        (
            new / model.WRITE_UNITS + held / seconds,
            f"`ReservedConcurrency`, by {held / seconds:,.0f} throttled writes/s",
            failed,
            warm,
        ),
        (held * 10, f"`ReservedConcurrency`, {held}, each for 10 requests/s", failed, parameter),
        (prod["MaxWriteUnits"] / model.WRITE_UNITS, "`MaxWriteUnits`", later, parameter),
        (concurrency * 10, f"the account's Lambda concurrency, {concurrency:,}", failed, quota),
        (QUOTAS["api_gateway_requests"], "the account's requests to API Gateway", now, quota),
        (most / model.WRITE_UNITS, f"the table's quota, {most:,} write units/s", later, quota),
    ]
    table = markdown([["from (per second)", "limit", "senders get", "what prevents it"], *map(_texts, sorted(rows))])
    return table.replace("--:", "---")  # text is left-aligned


def facts() -> str:
    """Return what was measured of the limits, as a list."""
    seconds, writes, then_ms = (_THROTTLED[name] for name in ("seconds", "writes", "then_ms"))
    concurrency, stored = QUOTAS["lambda_concurrency"], BATCH / TIMES["batch_seconds"]
    new = QUOTAS["new_table_write_units"] / model.WRITE_UNITS
    reserved = sum(int(_PROD[f"{function}ReservedConcurrency"]) for function in ("", "Many", "Read"))
    return f"""\
- A throttled write keeps its execution busy for {seconds:.1f} s on average, because the SDK waits before each of two
  retries. After {writes} such writes, an execution has used up the SDK's retry quota: then each takes {then_ms:.0f} ms.
- The plain template reserves no concurrency. There, {concurrency / seconds:,.0f} throttled writes per second occupy
  all of an account's {concurrency:,} executions. Lambda then throttles every function, the authorizer too: all senders
  get 500-01 or 503-01 on all routes. Reserved concurrency limits this to the function whose writes are throttled.
- One execution of the batch route stores {stored:,.0f} submissions per second, so {math.ceil(new / stored)} of them
  exceed a new table's warm throughput. `ManyReservedConcurrency` limits them.
- Production reserves {reserved} executions. Lambda keeps 100 unreserved, so its deployment needs a quota of
  {reserved + 100} or more."""


def hot_conversation() -> str:
    """Return what the submissions of one conversation cost, until the item is full."""
    token, rows = SIZES["token"], [["submission", "item after it (bytes)", "write units", "per second, at most"]]
    fields = SIZES["items"][-1] - len(SIZES["items"]) * token
    for count in (1, 10, 100, 1_000, (QUOTAS["item_bytes"] - fields) // token):
        units = math.ceil((fields + count * token) / 1024)
        rows.append(row(f"{count:,}", [fields + count * token, units, QUOTAS["partition_write_units"] / units]))
    return markdown(rows)


def _total(rate: float, settings: Settings, *, batched: bool = False, free: bool = False) -> float:
    return sum(model.bill(rate, settings, batched=batched, free=free).values())


def _per_million(name: str, settings: Settings, rates: Iterable[float], *, batched: bool = False) -> Row:
    millions = model.SECONDS_PER_MONTH / 1e6
    return _dollars(name, (_total(rate, settings, batched=batched) / rate / millions for rate in rates))


def _dollars(name: str, values: Iterable[float]) -> Row:
    return [name, *(f"{value:,.0f}" if value >= 100 else f"{value:.2f}" for value in values)]  # noqa: PLR2004 -- for the eye


def _texts(cells: tuple[float, str, str, str]) -> Row:
    rate, *texts = cells
    return [f"{rate:,.0f}", *texts]
