"""The figures of docs/capacity.md: the rules that they come from."""

from dataclasses import replace

import pytest

from tools.capacity import conversation, cost, report
from tools.capacity.assumption import PRICES, WORKLOAD, tiered
from tools.capacity.conversation import Trial, value_bytes
from tools.capacity.launch import BACKOFF, Settings, simulate

TRIAL = Trial(item_bytes=[1024, 1025], token_bytes=69, stored_line=500, refused_line=400, access_line=300, response=80)
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
)
SECONDS = 120


@pytest.mark.parametrize(("amount", "price"), [(10, 30), (11, 32), (100, 140)])
def test_each_part_of_an_amount_has_the_price_of_its_tier(amount, price):
    assert tiered(amount, [[10, 3.0], [30, 2.0], [float("inf"), 1.0]]) == price


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"N": "0"}, 1),
        ({"N": "412"}, 3),
        ({"BOOL": True}, 1),
        ({"SS": ["ab", "c"]}, 3),
        ({"L": [{"S": "ab"}]}, 6),
        ({"M": {"name": {"S": "ab"}}}, 10),
    ],
)
def test_values_have_the_sizes_of_the_developer_guide(value, size):
    assert value_bytes(value) == size


def test_the_service_writes_a_conversation_of_the_workload():
    sizes = conversation.send_all()

    assert sizes["item_bytes"] == sorted(sizes["item_bytes"])
    assert len(sizes["item_bytes"]) == len(WORKLOAD["conversation"])
    # A UUID, and a digest of 16 bytes in some notation.
    assert 36 + 16 < sizes["token_bytes"] < 100


def test_a_write_costs_a_unit_for_each_kilobyte_and_a_refused_submission_writes_nothing():
    request = cost.average_request(TRIAL)
    million = cost.SECONDS_A_MONTH / 1e6

    assert request.write_units == pytest.approx((1 + 2) / 2 * 0.98)
    assert cost.monthly(1, request, TRIAL)["DynamoDB writes"] == pytest.approx(million * request.write_units * 0.625)


def test_the_median_is_the_processors_share_and_one_write():
    request = cost.average_request(TRIAL, cpu_ms=1024 / 1769)

    assert request.milliseconds == pytest.approx(1 + 0.98 * 4)


def test_parameters_cost_what_their_prices_say(template):
    added = cost.options(1_000, cost.average_request(TRIAL))
    rules = template["Resources"]["WebAcl"]["Properties"]["Rules"]
    million = cost.SECONDS_A_MONTH / 1e6

    assert added["Tracing"] == pytest.approx((1 + 999 * 0.05) * million * 5)
    assert added["Firewall"] == pytest.approx(5 + len(rules) + 1_000 * million * 0.6)
    # A key, and a call every five minutes for each of six connections, beside the secret's.
    assert 1 < added["KmsKeyArn"] < 3


def test_the_page_adds_up():
    page = report.page(TRIAL, [(CALM, simulate(CALM, seconds=1))])
    [total] = [line for line in page.splitlines() if line.startswith("| **in all** |")]
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


@pytest.mark.parametrize(
    ("limit", "settings"),
    [
        (None, CALM),
        ("API Gateway", replace(CALM, gateway_rate=25, gateway_burst=25)),
        ("Lambda", replace(CALM, concurrency=1, service_seconds=0.1)),
        ("DynamoDB", replace(CALM, table_units=10)),
    ],
)
def test_each_limit_turns_away_what_is_above_it_until_it_is_given_up(limit, settings):
    result = simulate(settings, SECONDS)

    turned_away = result.turned_away.pop(limit, 0)
    assert not any(result.turned_away.values())
    # Whoever gives up was turned away once more than there are back-offs.
    assert result.given_up * (len(BACKOFF) + 1) <= turned_away
    assert bool(result.given_up) == bool(limit)


def test_a_table_that_grows_ends_the_throttling():
    result = simulate(replace(CALM, table_units=40, doubling_seconds=30), SECONDS)

    assert 0 < result.last_second["DynamoDB"] < SECONDS / 2
