"""A launch: traffic that jumps from little to much, and what each of the limits in its way turns away.

Time goes in steps of a tenth of a second; arrivals are random, from a seed. In each step, requests pass API Gateway's
token bucket, Lambda's environments (which start at a limited rate, up to a limited number, and take their time) and
the table's write units (which grow as it is used). Whoever is turned away comes back later, as SDKs do.
"""

import random
from collections import defaultdict, deque
from dataclasses import dataclass, field

from tools.capacity.assumption import WORKLOAD
from tools.capacity.cost import Request, start_seconds

_QUOTAS = WORKLOAD["quotas"]

STEP = 0.1
SECONDS_BEFORE = 10
SECONDS = 3600
# Seconds after which a client sends again, up to twice as many; then it gives up.
BACKOFF = (1, 2, 4, 8, 16)
# Share of the table's write units above which it grows.
NEARLY = 0.8
_ROUNDING = 1e-6
LIMITS = ("API Gateway", "Lambda", "DynamoDB")


@dataclass(frozen=True)
class Settings:
    """The limits of a stack and its account, as the launch finds them."""

    name: str
    rate: int
    """Requests a second, from the launch on; a hundredth before."""
    gateway_rate: int
    gateway_burst: int
    start_seconds: float
    service_seconds: float
    units_a_request: float
    table_units: float = _QUOTAS["dynamodb_first_write_units"]
    doubling_seconds: float = _QUOTAS["dynamodb_doubling_minutes"] * 60
    concurrency: int = _QUOTAS["lambda_concurrency"]
    gain_in_ten_seconds: int = _QUOTAS["lambda_gain_in_ten_seconds"]


@dataclass
class Result:
    """What a launch has met."""

    turned_away: dict[str, float] = field(default_factory=lambda: dict.fromkeys(LIMITS, 0.0))
    last_second: dict[str, float] = field(default_factory=lambda: dict.fromkeys(LIMITS, 0.0))
    arrived: float = 0
    waited_for_start: float = 0
    given_up: float = 0


Launches = list[tuple[Settings, Result]]


def simulate_all(request: Request) -> Launches:
    """Run the launches that docs/capacity.md tells of."""
    own = start_seconds(), request.milliseconds / 1000, request.write_units
    every = (
        Settings("1,000/s, as the template is", 1_000, 1_000, 2_000, *own),
        Settings("1,000/s, ThrottleRate 2,000", 1_000, 2_000, 4_000, *own),
        Settings("5,000/s, ThrottleRate 10,000, a new table", 5_000, 10_000, 5_000, *own),
        Settings("5,000/s, and WarmWriteUnits 10,000", 5_000, 10_000, 5_000, *own, table_units=10_000),
    )
    return [(settings, simulate(settings)) for settings in every]


def simulate(settings: Settings, seconds: int = SECONDS) -> Result:
    """Run one launch."""
    stack, result = _Stack(settings), Result()
    chance = random.Random(1)  # noqa: S311 -- not for secrets, but for the same launch in every run
    # Requests by the step in which they come back, in a list by the number of their tries.
    returning: defaultdict[int, list[float]] = defaultdict(lambda: [0.0] * (len(BACKOFF) + 1))
    for step in range(round(seconds / STEP)):
        now, offered = step * STEP, returning.pop(step, [0.0] * (len(BACKOFF) + 1))
        expected = settings.rate * STEP * (1 if now >= SECONDS_BEFORE else 0.01)
        # A normal variable is Poisson's for numbers like these.
        offered[0] = max(0.0, chance.gauss(expected, expected**0.5))
        result.arrived += offered[0]
        count = passed = sum(offered)
        for limit, let_through in zip(LIMITS, (stack.gateway, stack.functions, stack.table), strict=True):
            before, passed = passed, let_through(passed, now)
            if before - passed > _ROUNDING:
                result.turned_away[limit] += before - passed
                result.last_second[limit] = now
        if count - passed > _ROUNDING:
            *again, given_up = ((count - passed) * number / count for number in offered)
            result.given_up += given_up
            # Those turned away at each try come back after its back-off, in ten parts.
            for tries, number in enumerate(again):
                back_off = round(BACKOFF[tries] / STEP)
                for part in range(10):
                    returning[step + back_off + back_off * part // 10][tries + 1] += number / 10
    result.waited_for_start = stack.started
    return result


class _Stack:
    """What a stack has free at the moment. Each method takes the requests that arrive, and returns those that pass."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tokens = float(settings.gateway_burst)
        # Enough for what came before.
        self._ready = max(1.0, settings.rate / 100 * settings.service_seconds * 2)
        self._starting: deque[tuple[float, float]] = deque()
        self._may_start = float(settings.gain_in_ten_seconds)
        self._units_a_step = settings.table_units * STEP
        self._spare_units = 0.0
        self.started = 0.0

    def gateway(self, count: float, _: float) -> float:
        settings = self._settings
        self._tokens = min(settings.gateway_burst, self._tokens + settings.gateway_rate * STEP)
        passed = min(count, self._tokens)
        self._tokens -= passed
        return passed

    def functions(self, count: float, now: float) -> float:
        settings = self._settings
        while self._starting and self._starting[0][0] <= now:
            self._ready += self._starting.popleft()[1]
        gain = settings.gain_in_ten_seconds
        self._may_start = min(gain, self._may_start + gain / 10 * STEP)
        by_ready = min(count, self._ready * STEP / settings.service_seconds)
        room = settings.concurrency - self._ready - sum(number for _, number in self._starting)
        # Each request that finds no environment free starts one, and waits for it.
        started = max(0.0, min(count - by_ready, self._may_start, room))
        if started:
            self._may_start -= started
            self.started += started
            self._starting.append((now + settings.start_seconds + settings.service_seconds, started))
        return by_ready + started

    def table(self, count: float, _: float) -> float:
        wanted = count * self._settings.units_a_request
        stored = min(wanted, self._units_a_step + self._spare_units)
        # A step's worth is kept, so that chance alone turns nobody away.
        self._spare_units = min(self._units_a_step, self._spare_units + self._units_a_step - stored)
        if wanted > self._units_a_step * NEARLY:
            self._units_a_step *= 2 ** (STEP / self._settings.doubling_seconds)
        return stored / self._settings.units_a_request
