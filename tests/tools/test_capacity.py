"""The figures of docs/capacity.md: the rules that they come from, and that the page is what they give."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tools.capacity import cost
from tools.capacity.assumption import PRICES, tiered
from tools.capacity.launch import BACKOFF, SECONDS, Settings, simulate
from tools.capacity.measurement import value_bytes
from tools.command import run

ROOT = Path(__file__).parents[2]
TIERS = [[10, 3.0], [30, 2.0], [float("inf"), 1.0]]

CALM = Settings(
    name="calm",
    rate=50,
    gateway_rate=1_000,
    gateway_burst=1_000,
    concurrency=100,
    gain_in_ten_seconds=100,
    start_seconds=0.3,
    service_seconds=0.01,
    units_a_request=1,
    table_units=100,
    doubling_seconds=1800,
)


def test_the_page_and_its_charts_are_up_to_date():
    check = run([sys.executable, "-m", "tools.capacity", "--check"], cwd=ROOT)

    assert check.returncode == 0, check.stderr


@pytest.mark.parametrize(("amount", "price"), [(0, 0), (10, 30), (11, 32), (30, 70), (100, 140)])
def test_each_part_of_an_amount_has_the_price_of_its_tier(amount, price):
    assert tiered(amount, TIERS) == price


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"N": "0"}, 1),
        ({"N": "412"}, 3),
        ({"BOOL": True}, 1),
        ({"SS": ["ab", "c"]}, 3),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}]}, 6),
        ({"M": {"name": {"S": "ab"}}}, 10),
    ],
)
def test_values_have_the_sizes_of_the_developer_guide(value, size):
    assert value_bytes(value) == size


def test_a_price_that_could_not_be_looked_up_says_so():
    for name, prices in PRICES.items():
        assert prices["source"], name
        assert prices["date"], name
        assert prices["confirmed"] in (True, False), name


def test_the_fixed_costs_count_what_the_template_has(template):
    alarms = [it["Properties"] for it in template["Resources"].values() if it["Type"] == "AWS::CloudWatch::Alarm"]
    metrics = [
        metric for alarm in alarms for metric in alarm.get("Metrics", [{"MetricStat": {}}]) if "MetricStat" in metric
    ]

    assert len(metrics) == cost.ALARM_METRICS
    assert len(template["Resources"]["WebAcl"]["Properties"]["Rules"]) == cost.FIREWALL_RULES


def test_the_dashboard_uses_the_same_prices(template):
    body = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]

    for price in (
        f"requests * {PRICES['api_gateway']['requests'][0][1]} / 1000000",
        f"calls * {PRICES['lambda']['requests_million']} / 1000000",
        f"* {PRICES['lambda']['gb_seconds'][0][1]:.10f}",
        f"units * {PRICES['dynamodb']['write_units_million']} / 1000000",
        f"bytes / 1000000000 * {PRICES['logs']['lambda_gb'][0][1]}",
    ):
        assert price in body


def test_a_launch_within_all_limits_turns_nobody_away():
    result = simulate(CALM)

    assert sum(result.turned_away.values()) == 0
    assert result.given_up == 0
    assert result.arrived == pytest.approx(CALM.rate * SECONDS, rel=0.01)


@pytest.mark.parametrize(
    ("limit", "settings"),
    [
        ("API Gateway", replace(CALM, gateway_rate=25, gateway_burst=25)),
        ("Lambda", replace(CALM, concurrency=1, service_seconds=0.1)),
        ("DynamoDB", replace(CALM, table_units=10, doubling_seconds=1e9)),
    ],
)
def test_each_limit_turns_away_what_is_above_it_until_it_is_given_up(limit, settings):
    result = simulate(settings)

    assert result.turned_away[limit] > 0
    assert {other for other, turned in result.turned_away.items() if turned} == {limit}
    # Whoever gives up was turned away once more than there are back-offs.
    assert 0 < result.given_up * (len(BACKOFF) + 1) <= result.turned_away[limit]


def test_a_table_that_grows_ends_the_throttling():
    result = simulate(replace(CALM, table_units=40, doubling_seconds=600))

    assert 0 < result.last_second["DynamoDB"] < SECONDS / 2


def test_the_same_seed_gives_the_same_launch():
    settings = replace(CALM, table_units=40, doubling_seconds=600)

    assert simulate(settings) == simulate(settings)
    assert simulate(settings) != simulate(settings, seed=2)
