"""The figures of docs/capacity.md: the rules that they come from."""

from dataclasses import replace

import pytest

from tools.capacity import conversation, cost, report
from tools.capacity.assumption import PRICES, WORKLOAD, tiered
from tools.capacity.conversation import Trial, value_bytes
from tools.capacity.launch import BACKOFF, SECONDS, Settings, simulate

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


TRIAL = Trial(item_bytes=[1024, 1025], token_bytes=69, stored_line=500, refused_line=400, access_line=300, response=80)


def test_every_price_says_where_and_when_it_was_read():
    for name, prices in PRICES.items():
        assert prices["source"], name
        assert prices["date"].year >= 2026, name


def test_the_service_writes_a_conversation_of_the_workload():
    trial = conversation.measure()

    assert trial.item_bytes == sorted(trial.item_bytes)
    assert len(trial.item_bytes) == len(WORKLOAD["conversation"])
    # A UUID, and a digest of 16 bytes in some notation.
    assert 36 + 16 < trial.token_bytes < 100


def test_a_write_costs_a_unit_for_each_kilobyte_of_the_item():
    assert TRIAL.write_units() == [1, 2]


def test_a_refused_submission_writes_nothing():
    assert cost.average_request(TRIAL).write_units == pytest.approx(1.5 * (1 - WORKLOAD["mix"]["refused"]))


def test_the_median_is_the_processors_share_and_one_write():
    request = cost.average_request(TRIAL, cpu_ms=1024 / 1769)

    assert request.cpu == pytest.approx(1)
    assert request.milliseconds == pytest.approx(1 + 0.98 * 4)


def test_twice_the_writes_cost_twice_as_much():
    once, twice = (
        cost.monthly(1, cost.average_request(replace(TRIAL, item_bytes=[size])), TRIAL)["DynamoDB writes"]
        for size in (1024, 2048)
    )

    assert once == pytest.approx(cost.SECONDS_A_MONTH * 0.98 / 1e6 * 0.625)
    assert twice == pytest.approx(2 * once)


def test_parameters_cost_what_their_prices_say():
    added = cost.options(1_000, cost.average_request(TRIAL))
    million = cost.SECONDS_A_MONTH / 1e6

    assert added["Tracing"] == pytest.approx((1 + 999 * 0.05) * million * 5)
    assert added["Firewall"] == pytest.approx(5 + cost.firewall_rules() + 1_000 * million * 0.6)
    # A key, and a call every five minutes for each of six connections, beside the secret's.
    assert 1 < added["KmsKeyArn"] < 3


def test_the_access_log_costs_half_in_the_infrequent_access_class(monkeypatch):
    request = cost.average_request(TRIAL)
    prices = PRICES["vended_logs"]
    costs = {}
    for log_class in ("STANDARD", "INFREQUENT_ACCESS"):
        monkeypatch.setattr(cost, "resources", lambda _, log_class=log_class: [{"LogGroupClass": log_class}])
        costs[log_class] = cost.monthly(1, request, TRIAL)["Logs"]

    saved = costs["STANDARD"] - costs["INFREQUENT_ACCESS"]
    per_gb = prices["standard_gb"][0][1] - prices["infrequent_access_gb"][0][1]
    assert saved == pytest.approx(cost.SECONDS_A_MONTH * TRIAL.access_line / 1e9 * per_gb)


def test_alarms_and_rules_are_counted_from_the_templates():
    assert cost.alarm_metrics() > 10
    assert cost.firewall_rules() > 1


def test_the_page_adds_up():
    page = report.page(TRIAL, [(CALM, simulate(replace(CALM, rate=1)))])
    [total] = [line for line in page.splitlines() if line.startswith("| **in all** |") and "," in line]
    expected = [sum(cost.monthly(rate, cost.average_request(TRIAL), TRIAL).values()) for rate in WORKLOAD["rates"]]

    assert [cell.strip("* ") for cell in total.split("|")[2:-1]] == [f"{dollars:,.0f}" for dollars in expected]


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
