"""The figures of docs/capacity.md: the rules that they come from."""

import json
import re
import sys
from math import ceil, inf

import pytest

from tests.conftest import ROOT
from tools.capacity import model
from tools.capacity.model import PRICES, QUOTAS, SIZES, TIMES, bill, price, shipped, usage
from tools.command import run
from tools.template import load

MILLION = model.SECONDS_PER_MONTH / 1e6
PLAIN, PROD = shipped(), shipped("prod")


@pytest.mark.parametrize(("amount", "dollars"), [(10, 30), (11, 32), (100, 140)])
def test_each_part_of_an_amount_has_the_price_of_its_tier(monkeypatch, amount, dollars):
    monkeypatch.setitem(PRICES, "requests", {"per": 1, "price": [[10, 3.0], [30, 2.0], [inf, 1.0]], "free": 10})
    assert price("requests", amount) == price("requests", amount + 10, free=True) == dollars


def test_measured_sizes_are_those_that_the_service_writes_today(tmp_path):
    ended = run([sys.executable, "-m", "tools.capacity", str(tmp_path / "measured.json")], cwd=ROOT)
    assert not ended.returncode, ended.stderr
    written = json.loads((tmp_path / "measured.json").read_text())

    # If they differ more, run `make capacity`.
    for part in ("alone", "batched"):
        assert written.pop(part) == pytest.approx(SIZES[part], rel=0.05)
    assert written == {name: pytest.approx(SIZES[name], rel=0.05) for name in written}


def test_a_bill_is_the_sum_of_what_the_prices_say_of_production():
    submissions = 100 * MILLION
    kept_gb = submissions * 0.95 / 3 * 12 * (SIZES["items"][-1] + 100) / 1000
    log_gb, access_gb = (submissions * size / 1000 for size in (SIZES["alone"]["line"], SIZES["access_line"]))
    milliseconds = ceil(TIMES["cpu_ms"]["service"]["warm request"] * 1769 / 1024 + 0.98 * 4)

    assert bill(100, PROD) == pytest.approx(
        {
            "API Gateway": submissions * 3.5,
            "Lambda": (submissions + 20 * MILLION / 240) * 0.2 + submissions * 1000 * milliseconds * 0.0000133334,
            "DynamoDB writes": submissions * 0.98 * 0.78,
            "DynamoDB storage": kept_gb * (0.10 + 0.20),
            "Logs": log_gb * 0.5 + access_gb * 0.25 + (log_gb + access_gb) * 0.15 * 3 * 0.03,
            "Transfer": submissions * (SIZES["alone"]["response"] + 400) / 1000 * 0.09,
            "Firewall": 5 + 4 + submissions * 0.6,
            "Monitoring and secret": 3 + 0.4 + 8 * 0.3 + usage(0, PROD)["alarm_metrics"] * 0.1 + 0.22,
        },
        rel=0.02,
    )


def test_shipped_settings_come_from_the_template_and_samconfig():
    names = ("RetentionDays", "LogRetentionDays", "Firewall", "TableClass", "KmsKeyArn")
    assert [PLAIN[name] for name in names] == ["0", "30", "false", "STANDARD", ""]
    assert [PROD[name] for name in names] == ["365", "90", "true", "STANDARD_INFREQUENT_ACCESS", ""]


def test_a_table_kept_for_ever_is_charged_like_one_of_a_year():
    assert bill(1, PLAIN) == bill(1, PLAIN | {"RetentionDays": "365"})


def test_tracing_traces_one_request_per_second_and_a_share():
    traces = (1 + 999 * 0.05) * MILLION
    assert bill(1_000, PLAIN | {"Tracing": "true"})["X-Ray"] == pytest.approx(traces * 5)


def test_an_idle_stack_sends_no_metrics():
    assert bill(0, PLAIN) == {"Monitoring and secret": pytest.approx(usage(0, PLAIN)["alarm_metrics"] * 0.1 + 3 + 0.4)}


def test_a_batch_is_charged_by_its_own_time_and_memory():
    charged = usage(100, PLAIN, batched=True)["gb_seconds"] / model.SECONDS_PER_MONTH
    assert charged == pytest.approx(TIMES["batch_seconds"] * 1769 / 1024, rel=0.02)


def test_readme_states_the_limits_of_the_page():
    text = " ".join((ROOT / "README.md").read_text().split())
    [(full, units)] = re.findall(r"holds some ([\d,]+) submissions.* about (\d+) after 1,000 submissions", text)
    [(stage, account)] = re.findall(r"accepts ([\d,]+) requests per second.* ([\d,]+) until AWS", text)
    stated = [int(number.replace(",", "")) for number in (full, units, stage, account)]

    assert stated[:2] == pytest.approx([QUOTAS["item_bytes"] / SIZES["token"], 1_000 * SIZES["token"] / 1024], rel=0.07)
    assert stated[2:] == [int(PLAIN["ThrottleRate"]), QUOTAS["api_gateway_requests"]]


def test_the_dashboard_uses_the_same_prices():
    body = load("monitoring.yaml")["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    line, access_line = (PRICES[name]["price"][0][1] for name in ("log_gb", "access_log_gb"))

    for expression in (
        f"requests * {PRICES['requests']['price'][0][1]} / 1000000",
        f"(c1 + c2 + c3 + c4) * {PRICES['invocations']['price']} / 1000000",
        f"* {PRICES['gb_seconds']['price'][0][1]:.10f}",
        f"writes * {PRICES['write_units']['price']} / 1000000",
        f"reads * {PRICES['read_units']['price']} / 1000000",
        f"/ 1000000000 * {line} + b4 / 1000000000 * {access_line}",
    ):
        assert expression in body
