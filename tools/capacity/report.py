"""Writes docs/capacity.md."""

from collections.abc import Iterable
from operator import truediv
from pathlib import Path

from tools.capacity import launch
from tools.capacity.assumption import MEASURED, PRICES, WORKLOAD
from tools.capacity.conversation import Trial
from tools.capacity.cost import SECONDS_A_MONTH, Request, average_request, monthly, options, start_seconds

_DOCS = Path(__file__).parents[2] / "docs"
_QUOTAS, _LATENCY, _FUNCTION, _MIX = (WORKLOAD[name] for name in ("quotas", "latency", "function", "mix"))
_RATES: list[int] = WORKLOAD["rates"]
_COLUMNS = [f"{rate:,}/s" for rate in _RATES]
_MILLIONS = [rate * SECONDS_A_MONTH / 1e6 for rate in _RATES]


def write(trial: Trial) -> None:
    """Write the page."""
    launches = launch.simulate_all(average_request(trial))
    (_DOCS / "capacity.md").write_text(page(trial, launches))


def page(trial: Trial, launches: launch.Launches) -> str:
    """Return the page."""
    request = average_request(trial)
    sources = [[name.replace("_", " "), price["source"], f"{price['date']}"] for name, price in PRICES.items()]
    sections = [
        _introduction(trial, request),
        _needs(request),
        _dollars(trial, request),
        _hot_conversation(trial),
        _launches(launches),
        f"## Prices\n\n{_table(['of', 'source', 'read on'], sources)}\n",
    ]
    return "\n".join(sections)


def _introduction(trial: Trial, request: Request) -> str:
    return f"""# Capacity: what a load needs and costs

Written by `make capacity` from `tools/capacity/prices.toml` (list prices), `tools/capacity/workload.toml` (the traffic,
the quotas, the assumptions), the CPU time that `make bench` measured on {MEASURED["date"]}, and a run of the service's
own code. Replace a number there and run it again. us-east-1, arm64, without free tiers and discounts.

**Measured** with a conversation of {len(trial.item_bytes)} submissions: after them the item has
{_enumeration(trial.item_bytes)} bytes. Each is one write, of {_enumeration(trial.write_units())} write units, and
costs as many when it is sent again. A log line has {trial.stored_line} bytes, that of a
refusal {trial.refused_line}, of the access log {trial.access_line}. A submission takes {MEASURED["cpu_ms"]:.2f} ms of a
whole processor, and a start {MEASURED["init_cpu_ms"]:.0f} ms.

**Assumed**: {_MIX["duplicates"]:.0%} of the submissions are duplicates and {_MIX["refused"]:.0%} are refused, so that
one takes {request.write_units:.2f} write units on average. The busiest hour has {_MIX["peak"]} times the average.
Conversations are kept for {_MIX["retention_days"]} days and log lines for {_MIX["log_days"]}; {_MIX["clients"]} clients
send. A write of DynamoDB takes {_LATENCY["dynamodb"][0]} ms, one in a hundred {_LATENCY["dynamodb"][1]} ms; API Gateway
takes {_LATENCY["api_gateway"][0]} and {_LATENCY["api_gateway"][1]} ms.

So **the function takes {request.milliseconds:.1f} ms** at the median, {request.cpu:.1f} ms of them its processor's at
{_FUNCTION["memory_mb"]} MB, and {request.slow_milliseconds:.0f} ms one time in a hundred. API Gateway adds its own, and
remembers a client, so that the authorizer is not in the way. A request that starts an execution waits
{start_seconds() * 1000:.0f} ms more.
"""


def _needs(request: Request) -> str:
    busiest = [rate * _MIX["peak"] for rate in _RATES]
    # Lambda serves so many requests a second for each execution of the quota, however short they are.
    seconds = max(request.milliseconds / 1000, 1 / _QUOTAS["lambda_requests_an_execution"])
    rows = [
        _row("submissions a month, millions", _MILLIONS),
        _row("executions at once", (max(1, rate * request.milliseconds / 1000) for rate in _RATES)),
        _quota_row("requests/s", busiest, _QUOTAS["api_gateway_requests"]),
        _quota_row("concurrency", [rate * seconds for rate in busiest], _QUOTAS["lambda_concurrency"]),
        _quota_row("write units/s", [each * request.write_units for each in busiest], _QUOTAS["table_write_units"]),
    ]
    return f"""## What it needs

{_table(["", *_COLUMNS], rows)}

Executions are busy ones, at the median. The last three rows are the busiest hour's, beside AWS's default quota; where
a number is bold, the quota has to be raised. Lambda's concurrency is at least a tenth of the requests a second.
"""


def _quota_row(name: str, needed: list[float], quota: int) -> list[str]:
    return [f"{name}, quota {quota:,}", *(f"**{each:,.0f}**" if each > quota else f"{each:,.0f}" for each in needed)]


def _dollars(trial: Trial, request: Request) -> str:
    costs = [monthly(rate, request, trial) for rate in _RATES]
    added = [options(rate, request) for rate in _RATES]
    totals = [sum(parts.values()) for parts in costs]
    batches = [sum(monthly(rate, request, trial, batch=100).values()) for rate in _RATES]
    rows = [
        *(_row(name, (parts[name] for parts in costs)) for name in costs[0]),
        _row("**in all**", totals, "**{:,.0f}**"),
        _row("**a million**", map(truediv, totals, _MILLIONS), "**{:.2f}**"),
        _row("a million, in batches of 100", map(truediv, batches, _MILLIONS), "{:.2f}"),
    ]
    extras = [_row(f"`{name}`", (parts[name] for parts in added)) for name in added[0]]
    return f"""## What it costs

Dollars a month, at that rate all month:

{_table(["", *_COLUMNS], rows)}

*Authorizer* has the secret and its reads in it, *Fixed* the alarms, the metrics and the dashboard. A sender that can
wait saves most with the batch route: API Gateway charges by the request. API Gateway does not charge for a request with
wrong credentials; it costs one call of the authorizer.

What parameters of the template add, in dollars a month:

{_table(["", *_COLUMNS], extras)}

`Tracing` records by X-Ray's own rule, the first request of each second and {PRICES["x_ray"]["sampled"]:.0%} of the
others: a sampling rule of your own in X-Ray changes that.
"""


def _hot_conversation(trial: Trial) -> str:
    partition, most = _QUOTAS["dynamodb_partition_write_units"], _QUOTAS["dynamodb_item_bytes"]
    rows = []
    for count in (1, 10, 100, 1_000, 5_000):
        size = trial.item_bytes[-1] + count * trial.token_bytes
        units = -(-size // 1024)
        rows.append([f"{count:,}", f"{size:,}", f"{units:,}", f"{partition / units:,.0f}"])
    header = ["submissions before", "bytes", "write units of the next", "of these a second, at most"]
    return f"""## One hot conversation

Each submission leaves a token of {trial.token_bytes} bytes in its conversation's item (with a UUID for an event id),
which is how it is applied once. A write costs the whole item, and a partition takes {partition:,} write units a second.
So the more submissions a conversation has had, the dearer is the next, and the fewer a second it takes:

{_table(header, rows)}

After about {(most - trial.item_bytes[-1]) // trial.token_bytes:,} submissions the item reaches DynamoDB's {most:,}
bytes. The conversation is full, and the next submission gets 413. Conversations have a few; a sender that puts one id
on all of them meets this first.
"""


def _launches(launches: launch.Launches) -> str:
    rows = []
    for number, (settings, result) in enumerate(launches, 1):
        turned_away = [
            f"{turned:,.0f} for {result.last_second[limit] - launch.SECONDS_BEFORE + launch.STEP:,.1f} s"
            if turned
            else "none"
            for limit, turned in result.turned_away.items()
        ]
        waited = f"{result.waited_for_start:,.0f} for {settings.start_seconds:.1f} s"
        rows.append([f"{number}: {settings.name}", *turned_away, waited, f"{result.given_up / result.arrived:.1%}"])
    return f"""## A launch

Simulated for {launch.SECONDS / 3600:.0f} hour (`tools/capacity/launch.py`, seeded): at once the traffic becomes a
hundred times what it was. What is turned away, by whom and for how long; how many requests waited for an execution to
start; and how many were given up, where senders try again after {_enumeration(launch.BACKOFF)} s, with jitter:

{_table(["launch", *launch.LIMITS, "waited for a start", "given up"], rows)}

A rate that is the limit itself (launch 1) always turns some away. The table's growth is what AWS promises at least,
twice the former peak in {_QUOTAS["dynamodb_doubling_minutes"]} minutes; often it is faster. While it grows, the retries
add to the load (launch 3): before a launch that needs more than a new table has, set `WarmWriteUnits`. Whoever is
turned away loses nothing by sending again; only what was given up never arrived.
"""


def _row(name: str, values: Iterable[float], form: str = "{:,.0f}") -> list[str]:
    return [name, *(form.format(value) for value in values)]


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (header, *rows)]
    return "\n".join([lines[0], f"|---|{'--:|' * (len(header) - 1)}", *lines[1:]])


def _enumeration(numbers: Iterable[int]) -> str:
    *first, last = (f"{number:,}" for number in numbers)
    return f"{', '.join(first)} and {last}"
