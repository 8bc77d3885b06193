"""docs/capacity.md: the parts of a bill worked out by hand, and what must change together with the page."""

import json
import sys
from math import ceil

import pytest
from botocore.retries.quota import RetryQuota
from botocore.retries.standard import ExponentialBackoff, RetryQuotaChecker

from aws_client import CONFIG
from tests.conftest import ROOT
from tools.capacity import assumptions
from tools.capacity.model import SIZES, TIMES, bill, function_ms, shipped
from tools.capacity.prices import PRICES
from tools.command import run
from tools.template import load

PLAIN, STAGING, PROD = shipped(), shipped("staging"), shipped("prod")
KEPT_GB = 262.8 * 0.95 / 3 * (SIZES["items"][-1] + 100) / 1000  # that a month at 100/s adds to the table
LOG_GB, ACCESS_GB = 262.8 * SIZES["alone"]["line"] / 1000, 262.8 * SIZES["access_line"] / 1000


@pytest.mark.parametrize(
    ("part", "rate", "settings", "dollars"),
    [
        ("API Gateway", 100, PROD, 262.8 * 3.5),
        ("API Gateway", 1_000, PROD, 333 * 3.5 + 667 * 2.8 + 1_628 * 2.38),
        ("Lambda", 100, PROD, 262.8 * 0.2 + 262.8 * 1_000 * ceil(function_ms(PROD)) * 0.0000133334),
        ("DynamoDB writes", 100, PROD, 262.8 * 0.98 * 0.78),
        ("DynamoDB storage", 100, PROD, KEPT_GB * 12 * (0.10 + 0.20)),
        ("DynamoDB storage", 100, STAGING, KEPT_GB * (0.25 + 0.20)),
        ("DynamoDB storage", 100, PLAIN, KEPT_GB * 12 * (0.25 + 0.20)),  # kept for ever: after a year
        ("Logs", 100, PROD, LOG_GB * 0.5 + ACCESS_GB * 0.25 + (LOG_GB + ACCESS_GB) * 0.15 * 3 * 0.03),
        ("Transfer", 100, PROD, 262.8 * (SIZES["alone"]["response"] + 400) / 1000 * 0.09),
        ("Firewall", 100, PROD, 5 + 4 + 262.8 * 0.6),
        ("X-Ray", 1_000, PLAIN | {"Tracing": "true"}, (1 + 999 * 0.05) * 2.628 * 5),
        ("Monitoring and secret", 0, PROD, 3 + 0.4 + 30 * 0.1),
        ("Monitoring and secret", 100, PROD, 3 + 0.4 + 30 * 0.1 + 8 * 0.3 + 0.22),
    ],
)
def test_each_part_of_a_bill_is_what_it_is_by_hand(part, rate, settings, dollars):
    assert bill(settings, rate)[part] == pytest.approx(dollars, rel=0.02)


def test_a_batch_costs_one_request_and_its_own_time_and_memory():
    gb_seconds = 2_628 * ceil(1000 * TIMES["batch_seconds"]) * 1769 / 1024
    parts = bill(PROD, 100, batched=True)
    assert parts["API Gateway"] == pytest.approx(2.628 * 3.5)
    assert parts["Lambda"] == pytest.approx(gb_seconds * 0.0000133334 + (2.628 + 0.22) * 0.2, rel=0.01)


def test_measured_sizes_are_those_that_the_service_writes_today(tmp_path):
    ended = run([sys.executable, "-m", "tools.capacity", str(tmp_path / "measured.json")], cwd=ROOT)
    assert not ended.returncode, ended.stderr
    written = json.loads((tmp_path / "measured.json").read_text())
    # If they differ more, run `make capacity`.
    assert written == {name: pytest.approx(size, rel=0.05) for name, size in SIZES.items()}


def test_prose_states_the_limits_of_the_model():
    prose = " ".join(((ROOT / "README.md").read_text() + (ROOT / "docs/capacity.md").read_text()).split())
    reserved = sum(int(PROD[f"{function}ReservedConcurrency"]) for function in ("", "Many", "Read"))
    hot_units = ceil((SIZES["items"][-1] + 997 * SIZES["token"]) / 1024)
    full = f"some {round(assumptions.ITEM_BYTES / SIZES['token'], -2):,.0f} submissions with UUIDs"

    assert prose.count(full) == 2
    for text in (
        f"about {round(hot_units, -1)} after 1,000 submissions",
        f"{1_000 / hot_units:.0f} after 1,000 submissions ({hot_units} write units each)",
        f"accepts {int(PLAIN['ThrottleRate']):,} requests per second",
        f"{assumptions.API_GATEWAY_REQUESTS:,} until AWS",
        f"{1_000 / assumptions.THROTTLED_SECONDS:.0f} throttled writes per second",
        f"reserves {reserved} executions, and Lambda keeps 100 unreserved",
        f"needs a quota of {reserved + 100}.",
    ):
        assert text in prose


def test_throttled_writes_wait_as_long_as_the_sdk():
    retries = CONFIG.retries["total_max_attempts"] - 1
    # Each wait is random, and half as long as its limit on average.
    assert sum(ExponentialBackoff._BASE**retry / 2 for retry in range(retries)) == assumptions.THROTTLED_SECONDS
    cost = retries * RetryQuotaChecker._THROTTLING_RETRY_COST
    assert RetryQuota.INITIAL_CAPACITY / cost == assumptions.THROTTLED_WRITES


def test_the_dashboard_uses_the_same_prices():
    body = load("monitoring.yaml")["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    dollars = {name: price.dollars for name, price in PRICES.items()}
    for expression in (
        f"requests * {dollars['requests']} / 1000000",
        f"(c1 + c2 + c3 + c4) * {dollars['invocations']} / 1000000",
        f"* {dollars['gb_seconds']:.10f}",
        f"writes * {dollars['write_units']} / 1000000 + reads * {dollars['read_units']} / 1000000",
        f"/ 1000000000 * {dollars['log_gb']} + b4 / 1000000000 * {dollars['access_log_gb']}",
    ):
        assert expression in body
