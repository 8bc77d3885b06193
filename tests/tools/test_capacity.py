"""The figures of docs/capacity.md: the rules that they come from."""

import json
import re
import sys
from operator import sub

import pytest

from tests.conftest import ROOT
from tools.capacity import model, tables
from tools.capacity.model import MEASURED, PRICES, QUOTAS, bill, price, shipped, usage
from tools.capacity.sizes import Sizes
from tools.command import run

MILLION = model.SECONDS_PER_MONTH / 1e6
PLAIN, PROD = shipped(), shipped("prod")


@pytest.mark.parametrize(("amount", "dollars"), [(10, 30), (11, 32), (100, 140)])
def test_each_part_of_an_amount_has_the_price_of_its_tier(monkeypatch, amount, dollars):
    monkeypatch.setitem(
        PRICES, "requests", {"per": 1, "price": [[10, 3.0], [30, 2.0], [float("inf"), 1.0]], "free": 10}
    )

    assert price("requests", amount) == dollars
    assert price("requests", amount + 10, free=True) == dollars


def test_measured_sizes_are_those_that_the_service_writes_today(tmp_path):
    ended = run([sys.executable, "-m", "tools.capacity", str(tmp_path / "measured.json")], cwd=ROOT)
    assert not ended.returncode, ended.stderr
    measured = json.loads((tmp_path / "measured.json").read_text())

    # Run `make capacity` if they differ by more than the tenth within which the page promises a bill.
    assert measured.keys() == json.loads(MEASURED.read_text()).keys()
    for name, value in json.loads(MEASURED.read_text()).items():
        assert measured[name] == pytest.approx(value, rel=0.05), name


def test_a_write_costs_a_unit_per_kilobyte_and_a_refused_one_nothing(monkeypatch):
    monkeypatch.setattr(model, "sizes", lambda: Sizes([1024, 1025], 69, 500, 80, 300, 70, 300))
    assert bill(1, PLAIN)["DynamoDB writes"] == pytest.approx(MILLION * 0.98 * 1.5 * 0.625)


def test_shipped_settings_come_from_the_template_and_samconfig():
    assert PLAIN["RetentionDays"] == "0"
    assert {
        name: PROD[name] for name in ("RetentionDays", "LogRetentionDays", "Firewall", "TableClass", "KmsKeyArn")
    } == {
        "RetentionDays": "365",
        "LogRetentionDays": "90",
        "Firewall": "true",
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
        "KmsKeyArn": "",
    }


def test_a_table_kept_for_ever_is_charged_like_one_of_a_year():
    assert bill(1, PLAIN) == bill(1, PLAIN | {"RetentionDays": "365"})


def test_infrequent_access_stores_for_less_and_writes_for_more():
    other = PROD | {"TableClass": "STANDARD"}
    used = usage(100, other)
    saved = sub(*(sum(bill(100, settings).values()) for settings in (other, PROD)))

    assert saved == pytest.approx(used["table_gb"] * 0.15 - used["write_units"] / 1e6 * 0.155)
    assert saved > 0


def test_an_idle_stack_pays_for_alarms_dashboard_secret_and_firewall(template):
    metrics = usage(0, PROD)["alarm_metrics"]
    rules = template["Resources"]["WebAcl"]["Properties"]["Rules"]

    assert bill(0, PLAIN) == {"Monitoring and secret": pytest.approx(metrics * 0.1 + 3 + 0.4)}
    assert bill(0, PROD)["Firewall"] == 5 + len(rules)


def test_a_batch_is_charged_by_its_own_time_and_memory():
    milliseconds = model.bench()["batch_of_100_seconds"][1] * 1000
    charged = usage(100, PLAIN, batched=True)["gb_seconds"] / model.SECONDS_PER_MONTH
    assert charged == pytest.approx(milliseconds / 1000 * 1769 / 1024, rel=0.02)


def test_more_memory_shortens_requests_up_to_a_whole_processor():
    [small, large, larger] = [model.function_ms(PLAIN | {"MemorySize": size})[0] for size in ("512", "1769", "3538")]
    assert small > large == larger


def test_parameters_cost_what_their_prices_say():
    added = {
        name: sub(*(sum(bill(1_000, settings).values()) for settings in (PLAIN | {name: value}, PLAIN)))
        for name, value in (("Tracing", "true"), ("Firewall", "true"), ("KmsKeyArn", "arn"))
    }
    lines_gb = 1_000 * MILLION * 54 / 1000

    assert added["Tracing"] == pytest.approx((1 + 999 * 0.05) * MILLION * 5 + lines_gb * 0.5, rel=0.02)
    assert added["Firewall"] == pytest.approx(5 + 4 + 1_000 * MILLION * 0.6)
    # A key, and a call every five minutes for each of six connections, beside the secret's.
    assert 1 < added["KmsKeyArn"] < 3


def test_limits_are_in_the_order_of_their_rates():
    rates = [int(rate.replace(",", "")) for rate in re.findall(r"^\| ([\d,]+) ", tables.limits(), re.MULTILINE)]
    assert rates == sorted(rates)
    assert rates[0] == int(PROD["FirewallClientRate"]) / 300


def test_readme_states_the_limits_of_the_page():
    text = " ".join((ROOT / "README.md").read_text().split())
    [(full, units)] = re.findall(r"holds some ([\d,]+) submissions.* about (\d+) after 1,000 submissions", text)
    [(stage, account)] = re.findall(r"accepts ([\d,]+) requests per second.* ([\d,]+) until AWS", text)
    item, token = model.sizes().item[-1], model.sizes().token
    stated = [int(number.replace(",", "")) for number in (full, units, stage, account)]

    assert stated[:2] == pytest.approx(
        [(QUOTAS["item_bytes"] - item) / token, 1 + (item + 1_000 * token) // 1024], rel=0.05
    )
    assert stated[2:] == [int(PLAIN["ThrottleRate"]), QUOTAS["api_gateway_requests"]]


def test_the_dashboard_uses_the_same_prices(read_template):
    body = read_template("monitoring.yaml")["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    (_, line), *_ = PRICES["log_gb"]["price"]
    (_, access_line), *_ = PRICES["access_log_gb"]["price"]

    for expression in (
        f"requests * {PRICES['requests']['price'][0][1]} / 1000000",
        f"(c1 + c2 + c3 + c4) * {PRICES['invocations']['price']} / 1000000",
        f"* {PRICES['gb_seconds']['price'][0][1]:.10f}",
        f"writes * {PRICES['write_units']['price']} / 1000000",
        f"reads * {PRICES['read_units']['price']} / 1000000",
        f"/ 1000000000 * {line} + b4 / 1000000000 * {access_line}",
    ):
        assert expression in body
