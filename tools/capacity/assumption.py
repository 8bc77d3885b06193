"""The numbers that everything here starts from: prices, assumptions, and what `make bench` measured of the code."""

import json
import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PRICES: dict[str, Any] = tomllib.loads((FOLDER / "prices.toml").read_text())
WORKLOAD: dict[str, Any] = tomllib.loads((FOLDER / "workload.toml").read_text())
MEASURED: dict[str, Any] = json.loads((FOLDER.parent / "bench/measured.json").read_text())


def tiered(amount: float, tiers: list[list[float]]) -> float:
    """Return the price of an amount, each part of it at the price of its tier: [up to, price each]."""
    cost, below = 0.0, 0.0
    for limit, price in tiers:
        cost += max(0.0, min(amount, limit) - below) * price
        below = limit
    return cost
