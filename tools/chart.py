"""Draws the charts of the generated pages, with matplotlib.

`draw` hands the numbers to `python -m tools.chart` in matplotlib's own environment (tools/pins/bench.in), so that
nobody needs it who draws nothing.
"""

# mypy: disable-error-code="import-not-found"
# The type checker does not see matplotlib's environment.

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tools.command import run

_ROOT = Path(__file__).parents[1]
_PYTHON = _ROOT / ".tools/bench/bin/python"

# The same numbers make the same file: no date, no random identifiers. Text stays text.
_STYLE = {"svg.hashsalt": "tools.chart", "svg.fonttype": "none", "font.size": 9, "axes.spines.top": False,
          "axes.spines.right": False, "axes.titlesize": 10, "axes.titleweight": "bold"}  # fmt: skip


class ChartError(Exception):
    """The chart could not be drawn, and why."""


def draw(file: Path, kind: str, numbers: Mapping[str, Any]) -> None:
    """Write an SVG of a kind: `panels` or `stacked`, whose function below says of which numbers."""
    ended = run([_PYTHON, "-m", "tools.chart", kind, file], cwd=_ROOT, given=json.dumps(numbers))
    if ended.returncode:
        raise ChartError(ended.stderr)


def panels(plot: Any, numbers: dict[str, dict[str, float]]) -> None:
    """Draw a panel of horizontal bars for each title: a value for each name."""
    _, axes = plot.subplots(len(numbers), figsize=(8, 1.6 * len(numbers)))
    for axis, (title, values) in zip(axes, numbers.items(), strict=True):
        bars = axis.barh(list(values), list(values.values()), color=["C2", *["C7"] * (len(values) - 1)])
        axis.bar_label(bars, fmt="{:.3g}", padding=4)
        axis.invert_yaxis()
        axis.set_title(title, loc="left")
        axis.set_xticks([])


def stacked(plot: Any, numbers: dict[str, Any]) -> None:
    """Draw a stacked bar for each of `columns`, which has a value for each part; `title` stands above."""
    columns: dict[str, dict[str, float]] = numbers["columns"]
    _, axis = plot.subplots(figsize=(8, 3.8))
    below = [0.0] * len(columns)
    for part in next(iter(columns.values())):
        heights = [parts[part] for parts in columns.values()]
        axis.bar(list(columns), heights, 0.7, below, label=part)
        below = [low + height for low, height in zip(below, heights, strict=True)]
    axis.set_title(numbers["title"], loc="left")
    axis.legend(reverse=True, loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)


def main() -> None:
    """Draw the chart of the kind and into the file that the command line names, of the numbers on standard input."""
    import matplotlib as mpl  # noqa: PLC0415 -- only this process has it

    mpl.use("svg")
    from matplotlib import pyplot  # noqa: PLC0415

    kinds: dict[str, Callable[..., None]] = {"panels": panels, "stacked": stacked}
    mpl.rcParams.update(_STYLE)
    kinds[sys.argv[1]](pyplot, json.load(sys.stdin))
    pyplot.savefig(sys.argv[2], bbox_inches="tight", metadata={"Date": None})


if __name__ == "__main__":
    main()
