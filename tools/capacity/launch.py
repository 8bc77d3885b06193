"""A launch: traffic that jumps from little to much, and what each of the limits in its way turns away.

Time goes in steps of a tenth of a second; arrivals are random, from a seed. Each step, requests pass through API
Gateway's token bucket, Lambda's environments (which start at a limited rate, up to a limited number, and take their
time) and the table's write units (which grow as it is used). Whoever is turned away comes back later, as SDKs do.
"""

import random
from collections import deque
from dataclasses import dataclass, field

STEP = 0.1
SECONDS_BEFORE = 10
SECONDS = 3600
# Seconds after which a client sends again; then it gives up.
BACKOFF = (1, 2, 4, 8, 16)
# Share of the table's write units above which it grows.
NEARLY = 0.8
LIMITS = ("API Gateway", "Lambda", "DynamoDB")


@dataclass(frozen=True)
class Settings:
    """The limits of a stack and its account, as the launch finds them."""

    name: str
    rate: int
    """Requests a second, from the launch on; a hundredth before."""
    gateway_rate: int
    gateway_burst: int
    concurrency: int
    gain_in_ten_seconds: int
    start_seconds: float
    service_seconds: float
    units_a_request: float
    table_units: float
    doubling_seconds: float


@dataclass
class Result:
    """What a launch has met."""

    turned_away: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LIMITS, 0))
    last_second: dict[str, float] = field(default_factory=lambda: dict.fromkeys(LIMITS, 0.0))
    arrived: int = 0
    waited_for_start: int = 0
    given_up: int = 0
    turned_away_a_second: list[float] = field(default_factory=list)
    """The rate of each step."""


def simulate(settings: Settings, seed: int = 1) -> Result:
    """Run one launch."""
    # Not for secrets, but for the same launch in every run.
    chance = random.Random(seed)  # noqa: S311
    return _Launch(settings, chance).run()


class _Launch:
    def __init__(self, settings: Settings, chance: random.Random) -> None:
        self._settings, self._chance, self._result = settings, chance, Result()
        self._returning: deque[dict[int, int]] = deque({} for _ in range(int(BACKOFF[-1] * 2 / STEP) + 2))
        self._tokens = float(settings.gateway_burst)
        # Enough for what came before.
        self._ready = max(1.0, settings.rate / 100 * settings.service_seconds * 2)
        self._starting: deque[tuple[float, float]] = deque()
        self._may_start = float(settings.gain_in_ten_seconds)
        self._table_units = settings.table_units
        self._spare_units = 0.0

    def run(self) -> Result:
        for step in range(int(SECONDS / STEP)):
            self._step(step * STEP)
        return self._result

    def _step(self, now: float) -> None:
        settings, result = self._settings, self._result
        rate = settings.rate if now >= SECONDS_BEFORE else settings.rate / 100
        # A normal variable is Poisson's for numbers like these.
        new = max(0, round(self._chance.gauss(rate * STEP, (rate * STEP) ** 0.5)))
        result.arrived += new
        offered = self._returning.popleft() | {}
        self._returning.append({})
        offered[0] = offered.get(0, 0) + new
        count = sum(offered.values())
        passed = self._pass_gateway(count)
        served = self._pass_lambda(passed, now)
        stored = self._pass_table(served)
        for limit, turned in zip(LIMITS, (count - passed, passed - served, served - stored), strict=True):
            if turned:
                result.turned_away[limit] += turned
                result.last_second[limit] = now
        self._send_back(offered, count - stored, count)
        result.turned_away_a_second.append((count - stored) / STEP)

    def _pass_gateway(self, count: int) -> int:
        settings = self._settings
        self._tokens = min(settings.gateway_burst, self._tokens + settings.gateway_rate * STEP)
        passed = min(count, int(self._tokens))
        self._tokens -= passed
        return passed

    def _pass_lambda(self, count: int, now: float) -> int:
        settings = self._settings
        while self._starting and self._starting[0][0] <= now:
            self._ready += self._starting.popleft()[1]
        limit = settings.gain_in_ten_seconds
        self._may_start = min(limit, self._may_start + limit / 10 * STEP)
        by_ready = min(count, int(self._ready * STEP / settings.service_seconds))
        starting = sum(number for _, number in self._starting)
        room = settings.concurrency - self._ready - starting
        # Each request that finds no environment free starts one, and waits for it.
        started = max(0, min(count - by_ready, int(self._may_start), int(room)))
        if started:
            self._may_start -= started
            self._starting.append((now + settings.start_seconds + settings.service_seconds, started))
            self._result.waited_for_start += started
        return by_ready + started

    def _pass_table(self, count: int) -> int:
        settings = self._settings
        wanted = count * settings.units_a_request
        stored_units = min(wanted, self._table_units * STEP + self._spare_units)
        # A tenth of a second's worth is kept, so that chance alone turns nobody away.
        self._spare_units = min(self._table_units * STEP, self._spare_units + self._table_units * STEP - stored_units)
        # It grows when it is nearly used up.
        if wanted > self._table_units * STEP * NEARLY:
            self._table_units *= 2 ** (STEP / settings.doubling_seconds)
        return min(count, int(stored_units / settings.units_a_request + 1e-9))

    def _send_back(self, offered: dict[int, int], turned: int, count: int) -> None:
        """Let those turned away come back after a back-off with jitter, each try's in its share of the step's."""
        for tries, number in offered.items():
            back = round(turned * number / count) if number else 0
            turned, count = turned - back, count - number
            if not back:
                continue
            if tries == len(BACKOFF):
                self._result.given_up += back
                continue
            slots = max(1, int(BACKOFF[tries] / STEP))
            for part in range(4):
                slot = slots + int(self._chance.random() * slots)
                share = back // 4 + (1 if part < back % 4 else 0)
                later = self._returning[slot]
                later[tries + 1] = later.get(tries + 1, 0) + share
