"""The launches that docs/capacity.md tells of, and what it says about them."""

from dataclasses import replace

from tools.capacity.assumption import WORKLOAD
from tools.capacity.chart import lines
from tools.capacity.cost import Request
from tools.capacity.launch import BACKOFF, LIMITS, SECONDS, SECONDS_BEFORE, STEP, Result, Settings, simulate
from tools.capacity.markdown import join, row

_QUOTAS, _FUNCTION = WORKLOAD["quotas"], WORKLOAD["function"]

# Seconds of a launch that the chart shows.
_SHOWN = 60

Launches = list[tuple[Settings, Result]]


def launch(request: Request) -> Launches:
    """Simulate every launch."""
    return [(settings, simulate(settings)) for settings in _settings(request)]


def _settings(request: Request) -> list[Settings]:
    plain = Settings(
        name="1,000/s, as the template is",
        rate=1_000,
        gateway_rate=1_000,
        gateway_burst=2_000,
        concurrency=_QUOTAS["lambda_concurrency"],
        gain_in_ten_seconds=_QUOTAS["lambda_gain_in_ten_seconds"],
        start_seconds=_FUNCTION["restore_ms"] / 1000,
        service_seconds=request.milliseconds / 1000,
        units_a_request=request.write_units,
        table_units=_QUOTAS["dynamodb_first_write_units"],
        doubling_seconds=_QUOTAS["dynamodb_doubling_minutes"] * 60,
    )
    raised = replace(plain, name="1,000/s, ThrottleRate 2,000", gateway_rate=2_000, gateway_burst=4_000)
    five = replace(
        plain, name="5,000/s, ThrottleRate 10,000, a new table", rate=5_000, gateway_rate=10_000, gateway_burst=5_000
    )
    warm = replace(five, name="5,000/s, and WarmWriteUnits 10,000", table_units=10_000)
    unsnapped = replace(warm, name="the same without SnapStart", start_seconds=_FUNCTION["init_ms"] / 1000)
    ten = replace(
        warm,
        name="10,000/s, ThrottleRate 20,000, WarmWriteUnits 20,000, 5,000 executions",
        rate=10_000,
        gateway_rate=20_000,
        gateway_burst=10_000,
        concurrency=5_000,
        table_units=20_000,
    )
    return [plain, raised, five, warm, unsnapped, ten]


def section(launches: Launches) -> str:
    """Return the part of the page on launches."""
    rows = [
        row(f"{number}: {settings.name}", _cells(settings, result))
        for number, (settings, result) in enumerate(launches, 1)
    ]
    return "\n".join(
        [
            "## A launch",
            "",
            f"Simulated for {SECONDS / 3600:.0f} hour (`launch.py`, seeded): at once the traffic becomes a "
            "hundred times what it was.",
            "What is turned away, by whom and for how long; how many requests waited for an execution to start; and",
            f"how many were given up, where senders try again after {join(list(BACKOFF))} s, with jitter:",
            "",
            row("launch", [*LIMITS, "waited for a start", "given up"]),
            "|---|--:|--:|--:|--:|--:|",
            *rows,
            "",
            f"![Requests turned away a second, for the first {_SHOWN} seconds of each launch](launch.svg)",
            "",
            "A rate that is the limit itself (launch 1) always turns some away. The table's growth is AWS's own",
            f"caution, twice the former peak in {_QUOTAS['dynamodb_doubling_minutes']} minutes; often it is faster.",
            "While it grows, the retries add to the load (launch 3):",
            "before a launch that needs more than a new table has, set `WarmWriteUnits`. Whoever is turned away loses",
            "nothing by sending again; only what was given up never arrived.",
            "",
        ]
    )


def _cells(settings: Settings, result: Result) -> list[str]:
    turned_away = [
        f"{turned:,} for {result.last_second[limit] - SECONDS_BEFORE + STEP:,.1f} s" if turned else "none"
        for limit, turned in result.turned_away.items()
    ]
    waited = f"{result.waited_for_start:,} for {settings.start_seconds:.1f} s"
    return [*turned_away, waited, f"{result.given_up / result.arrived:.1%}"]


def chart(launches: Launches) -> str:
    """Return the chart of what is turned away."""
    each = round(1 / STEP)
    series = {}
    for number, (_, result) in enumerate(launches, 1):
        turned = result.turned_away_a_second[: _SHOWN * each]
        series[f"launch {number}"] = [sum(turned[at : at + each]) / each for at in range(0, len(turned), each)]
    return lines("Requests turned away a second", series, _SHOWN)
