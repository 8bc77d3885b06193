"""The tables of docs/capacity.md and README.md, which cog puts there."""

import math
from collections.abc import Callable, Mapping
from functools import partial

from tools.capacity import assumptions, model
from tools.capacity.assumptions import RATES
from tools.capacity.model import BATCH, SIZES, TIMES, Settings, free, per_million, shipped, total
from tools.table import markdown

_PLAIN, _PROD = shipped(), shipped("prod")
_BILLS = {
    "plain `sam deploy`, after a year": partial(total, _PLAIN),
    "staging": partial(total, shipped("staging")),
    "production": partial(total, _PROD),
    "production, per million submissions": partial(per_million, _PROD),
    f"the same, in batches of {BATCH}": partial(per_million, _PROD, batched=True),
}


def bills() -> str:
    """Return the dollars per month with the shipped settings, of an idle stack and at each rate."""
    more = {
        "production with `TableClass=STANDARD`": partial(total, _PROD | {"TableClass": "STANDARD"}),
        "AWS's free tiers take off at most": partial(free, _PLAIN),
    }
    return _dollars("dollars per month", _BILLS | more, {"idle": 0} | RATES)


def summary() -> str:
    """Return some of these figures, for README.md."""
    rates = {name: RATES[name] for name in ("50,000 a day", "10/s", "1,000/s")}
    return _dollars("dollars per month", _BILLS, {"idle": 0} | rates)


def parts() -> str:
    """Return the parts of production's bill."""
    rows = {part: partial(_part, part) for part in model.bill(_PROD, 1)}
    return _dollars("production, dollars per month", rows)


def parameters() -> str:
    """Return what parameters add to the plain template's bill."""
    infrequent = {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    rows = {
        "30 days of retention, `TableClass=STANDARD`": partial(_added, {}, {"RetentionDays": "395"}),
        "30 days of retention, `STANDARD_INFREQUENT_ACCESS`": partial(_added, infrequent, {"RetentionDays": "395"}),
        "`LogRetentionDays=90` instead of 30": partial(_added, {"LogRetentionDays": "30"}, {"LogRetentionDays": "90"}),
        "`Firewall=true`": partial(_added, {}, {"Firewall": "true"}),
        "`Tracing=true`": partial(_added, {}, {"Tracing": "true"}),
    }
    return _dollars("dollars per month that are added by", rows)


def measured() -> str:
    """Return the measurements under the bills."""
    alone, batched, access = SIZES["alone"]["line"], SIZES["batched"]["line"], SIZES["access_line"]
    memory, function = _PLAIN["MemorySize"], model.function_ms(_PLAIN)
    init = assumptions.RUNTIME_INIT_MS + TIMES["cpu_ms"]["service"]["init"]
    return f"""\
- A conversation's item has {", ".join(map(str, SIZES["items"]))} bytes after each of its three submissions.
- A submission writes {alone:.0f} bytes of log, in a batch {batched:.0f}. A request adds {access} of access log.
- The function takes {function:.1f} ms at {memory} MB. Its init takes {init:.0f} ms at any size.
- An execution of the batch route stores {BATCH / TIMES["batch_seconds"]:,.0f} submissions per second."""


def limits() -> str:
    """Return what breaks first with production's settings and AWS's default quotas, in the order of the rates."""
    prod = {name: int(value) for name, value in _PROD.items() if value.isdigit()}
    reserved, writes, concurrency = prod["ReservedConcurrency"], model.WRITE_UNITS, assumptions.LAMBDA_CONCURRENCY
    most, new = assumptions.TABLE_WRITE_UNITS, assumptions.NEW_TABLE_WRITE_UNITS
    throttled = reserved / assumptions.THROTTLED_SECONDS
    now, later, failed = "429-01", f"429-01 after {assumptions.THROTTLED_SECONDS} s", "500-01 or 503-01"
    parameter, quota, warm = "raise the parameter", "raise the quota", "raise warm throughput"
    rows = [
        (prod["FirewallClientRate"] / 300, "`FirewallClientRate`, per client and address", now, parameter),
        (prod["FirewallAddressRate"] / 300, "`FirewallAddressRate`, per address", now, parameter),
        (prod["ThrottleRate"], "`ThrottleRate`, after a burst of `ThrottleBurst`", now, parameter),
        (reserved * 10, f"`ReservedConcurrency`, {reserved}, each for 10 requests/s", failed, parameter),
        (new / writes, f"a new table's warm throughput, {new:,} write units/s", later, warm),
        (new / writes + throttled, f"`ReservedConcurrency`, by {throttled:,.0f} throttled writes/s", failed, warm),
        (prod["MaxWriteUnits"] / writes, "`MaxWriteUnits`", later, parameter),
        (concurrency * 10, f"the account's Lambda concurrency, {concurrency:,}", failed, quota),
        (assumptions.API_GATEWAY_REQUESTS, "the account's requests to API Gateway", now, quota),
        (most / writes, f"the table's quota, {most:,} write units/s", later, quota),
    ]
    cells = ([f"{rate:,.0f}", *texts] for rate, *texts in sorted(rows))
    return markdown(["from (per second)", "limit", "senders get", "what prevents it"], *cells).replace("--:", "---")


def _part(part: str, rate: float) -> float:
    return model.bill(_PROD, rate)[part]


def _added(before: Settings, after: Settings, rate: float) -> float:
    return total(_PLAIN | before | after, rate) - total(_PLAIN | before, rate)


def _dollars(title: str, rows: Mapping[str, Callable[[float], float]], rates: dict[str, float] = RATES) -> str:
    """Return a table with a column per rate, and a row per function of the rate."""
    cells = {name: [function(rate) for rate in rates.values()] for name, function in rows.items()}
    return markdown([title, *rates], *([name, *map(_rounded, values)] for name, values in cells.items()))


def _rounded(dollars: float) -> str:
    if math.isnan(dollars):
        return ""
    return f"{dollars:,.0f}" if dollars >= 100 else f"{dollars:.2f}"  # noqa: PLR2004 -- for the eye
