"""A launch: traffic that comes all at once, and what each of the limits in its way turns away.

Time goes in steps of a tenth of a second; arrivals are random, from a seed. Whoever is turned away comes back later, as
SDKs do.
"""

import math
import random
from collections import defaultdict, deque
from dataclasses import dataclass, field

from tools.capacity.model import FUNCTION_MS, QUOTAS, START_MS

STEP = 0.1
# Seconds after which a client sends again, up to twice as many; then it gives up.
BACKOFF = (1, 2, 4, 8, 16)


Launch = dict[str, float]
"""Requests a second, and the limits of the stack that they meet, by their names in workload.toml."""


@dataclass
class Result:
    """What a launch has met: requests, and the second of the last one that a limit has turned away."""

    turned_away: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    last_second: dict[str, float] = field(default_factory=dict)
    arrived: float = 0
    waited_for_start: float = 0
    given_up: float = 0


def simulate(launch: Launch, units_a_request: float, seconds: int = 3600) -> Result:
    """Run a launch."""
    stack, result, expected = _Stack(launch, units_a_request), Result(), launch["rate"] * STEP
    chance = random.Random(1)  # noqa: S311 -- not for secrets, but for the same launch in every run
    # Requests by the step in which they come, and by the number of times that they were turned away before.
    coming: defaultdict[int, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
    for step in range(round(seconds / STEP)):
        offered = coming.pop(step, defaultdict(float))
        # A normal variable is Poisson's for numbers like these.
        offered[0] = max(0.0, chance.gauss(expected, expected**0.5))
        result.arrived += offered[0]
        passed = count = sum(offered.values())
        for name, let_through in stack.limits.items():
            before, passed = passed, let_through(passed)
            if passed < before:
                result.turned_away[name] += before - passed
                result.last_second[name] = (step + 1) * STEP
        for tries, number in offered.items() if passed < count else ():
            again = number * (1 - passed / count)
            if tries == len(BACKOFF):
                result.given_up += again
            else:
                coming[step + round(BACKOFF[tries] * chance.uniform(1, 2) / STEP)][tries + 1] += again
    result.waited_for_start = stack.started
    return result


class _Stack:
    """What is free at the moment. Each limit takes the requests of a step, and returns how many pass."""

    def __init__(self, launch: Launch, units_a_request: float) -> None:
        self._refill, self._burst = launch["throttle_rate"] * STEP, launch["throttle_burst"]
        self._tokens = self._burst
        self._environments = 1.0
        self._starting = deque([0.0] * math.ceil((START_MS + FUNCTION_MS[0]) / 1000 / STEP))
        self._may_start: float = QUOTAS["lambda_gain_in_ten_seconds"]
        self._writes = self._spare_writes = launch["write_units"] * STEP / units_a_request
        self.started = 0.0
        self.limits = {"API Gateway": self._gateway, "Lambda": self._functions, "DynamoDB": self._table}

    def _gateway(self, wanted: float) -> float:
        """Throttle by a token bucket."""
        self._tokens = min(self._burst, self._tokens + self._refill)
        passed = min(wanted, self._tokens)
        self._tokens -= passed
        return passed

    def _functions(self, wanted: float) -> float:
        """Run in environments: a request that finds none free starts one, and waits for it."""
        self._environments += self._starting.popleft()
        gain = QUOTAS["lambda_gain_in_ten_seconds"]
        self._may_start = min(gain, self._may_start + gain / 10 * STEP)
        waiting = max(0.0, wanted - self._environments * STEP * 1000 / FUNCTION_MS[0])
        room = max(0.0, QUOTAS["lambda_concurrency"] - self._environments - sum(self._starting))
        starting = min(waiting, self._may_start, room)
        self._starting.append(starting)
        self._may_start -= starting
        self.started += starting
        return wanted - (waiting - starting)

    def _table(self, wanted: float) -> float:
        """Write. A step's worth is kept, so that chance alone turns nobody away; what is nearly used up grows."""
        stored = min(wanted, self._writes + self._spare_writes)
        self._spare_writes = min(self._writes, self._spare_writes + self._writes - stored)
        if wanted > 0.8 * self._writes:
            self._writes *= 2 ** (STEP / (QUOTAS["table_doubling_minutes"] * 60))
        return stored
