"""The figures of docs/capacity.md: the rules that they come from."""

import re

import pytest

from tests.conftest import ROOT
from tools.capacity import conversation, model
from tools.capacity.__main__ import tables
from tools.capacity.conversation import Conversation
from tools.capacity.launch import BACKOFF, simulate
from tools.capacity.model import PRICES, QUOTAS, WORKLOAD, tiered

CONVERSATION = Conversation(item=[1024, 1025], token=69, log_line=500, access_line=300, response=80)
MILLION = model.SECONDS_A_MONTH / 1e6
CALM = {"rate": 50, "throttle_rate": 1_000, "throttle_burst": 1_000, "write_units": 100}
BUSY = {"rate": 200_000, "throttle_rate": 1e6, "throttle_burst": 1e6, "write_units": 1e6}
SECONDS = 120


@pytest.mark.parametrize(("amount", "price"), [(10, 30), (11, 32), (100, 140)])
def test_each_part_of_an_amount_has_the_price_of_its_tier(amount, price):
    assert tiered(amount, [[10, 3.0], [30, 2.0], [float("inf"), 1.0]]) == price


def test_the_service_writes_and_logs_a_conversation_of_the_workload():
    measured = conversation.measure(WORKLOAD["conversation"])

    assert measured.item == sorted(measured.item)
    assert len(measured.item) == len(WORKLOAD["conversation"])
    # A UUID, and a digest of 16 bytes in some notation.
    assert 36 + 16 < measured.token < 100
    assert measured.log_line > 300


def test_a_write_costs_a_unit_for_each_kilobyte_and_a_refused_submission_writes_nothing():
    assert model.monthly(1, CONVERSATION)["DynamoDB writes"] == pytest.approx(MILLION * 0.98 * 1.5 * 0.625)


def test_the_median_is_the_processors_share_and_one_write():
    processor = model.MEASURED["cpu_ms"] * 1769 / 1024
    assert list(model.FUNCTION_MS) == pytest.approx([processor + 0.98 * 4, processor + 12])


def test_parameters_cost_what_their_prices_say(template):
    added = model.parameters(1_000)
    rules = template["Resources"]["WebAcl"]["Properties"]["Rules"]

    assert added["Tracing"] == pytest.approx((1 + 999 * 0.05) * MILLION * 5)
    assert added["Firewall"] == pytest.approx(5 + len(rules) + 1_000 * MILLION * 0.6)
    # A key, and a call every five minutes for each of six connections, beside the secret's.
    assert 1 < added["KmsKeyArn"] < 3


def test_every_table_of_the_page_is_made_and_dollars_add_up(monkeypatch):
    monkeypatch.setitem(WORKLOAD, "launches", {"calm": CALM})

    made = tables(CONVERSATION)

    assert re.findall(r"<!-- (.+) -->", (ROOT / "docs/capacity.md").read_text()) == list(made)
    assert all(len(row) == len(head) for head, *rows in made.values() for row in rows)
    costs = {name: [float(cell.strip("*").replace(",", "")) for cell in cells] for name, *cells in made["costs"][1:]}
    components = list(costs.values())[: len(model.monthly(1, CONVERSATION))]
    assert costs["**in all**"] == pytest.approx([sum(column) for column in zip(*components, strict=True)], abs=4)
    assert costs["**a million**"][-1] == pytest.approx(costs["**in all**"][-1] / (100_000 * MILLION), abs=0.01)


def test_the_dashboard_uses_the_same_prices(read_template):
    body = read_template("monitoring.yaml")["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    logs = PRICES["vended_logs"]

    for price in (
        f"requests * {PRICES['api_gateway']['requests'][0][1]} / 1000000",
        f"(c1 + c2 + c3 + c4) * {PRICES['lambda']['requests_million']} / 1000000",
        f"* {PRICES['lambda']['gb_seconds'][0][1]:.10f}",
        f"writes * {PRICES['dynamodb']['write_units_million']} / 1000000",
        f"reads * {PRICES['dynamodb']['read_units_million']} / 1000000",
        f"/ 1000000000 * {logs['standard_gb'][0][1]} + b4 / 1000000000 * {logs['infrequent_access_gb'][0][1]}",
    ):
        assert price in body


@pytest.mark.parametrize(
    ("limit", "launch"),
    [
        (None, CALM),
        ("API Gateway", CALM | {"throttle_rate": 25, "throttle_burst": 25}),
        ("Lambda", BUSY),
        ("DynamoDB", CALM | {"write_units": 10}),
    ],
)
def test_each_limit_turns_away_what_is_above_it_until_it_is_given_up(limit, launch):
    result = simulate(launch, units_a_request=1, seconds=SECONDS)

    assert list(result.turned_away) == ([limit] if limit else [])
    # Whoever gives up was turned away once more than there are back-offs.
    assert result.given_up * (len(BACKOFF) + 1) <= sum(result.turned_away.values())
    assert bool(result.given_up) == bool(limit)


def test_a_table_that_grows_ends_the_throttling(monkeypatch):
    monkeypatch.setitem(QUOTAS, "table_doubling_minutes", 0.5)

    result = simulate(CALM | {"write_units": 40}, units_a_request=1, seconds=SECONDS)

    assert 0 < result.last_second["DynamoDB"] < SECONDS / 2
