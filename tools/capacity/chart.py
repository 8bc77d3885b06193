"""Charts, as SVG that reads on light and dark pages."""

import math
from collections.abc import Mapping, Sequence

COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#b279a2", "#e45756", "#72b7b2", "#9d755d")
_STYLE = "text{font:12px sans-serif;fill:#777}.title{font-weight:bold}line{stroke:#999;stroke-opacity:.4}"

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 760, 340, 60, 40, 30


def bars(title: str, columns: dict[str, dict[str, float]], unit: str) -> str:
    """Draw a stacked bar for each column, of the parts that it has, with a legend."""
    highest = _ceiling(max(sum(parts.values()) for parts in columns.values()))
    shapes = [_text(LEFT, 20, title, "title"), *_grid(highest, unit)]
    space = (WIDTH - LEFT - 190) / len(columns)
    for index, (name, parts) in enumerate(columns.items()):
        x, y = LEFT + space * (index + 0.15), float(HEIGHT - BOTTOM)
        for (part, value), colour in zip(parts.items(), COLOURS, strict=True):
            height = value / highest * (HEIGHT - TOP - BOTTOM)
            y -= height
            shapes.append(_rectangle(x, y, (space * 0.7, height), colour, f"{name}: {part} {unit}{value:,.2f}"))
        shapes.append(_text(x + space * 0.35, HEIGHT - 10, name, anchor="middle"))
    legend = list(zip(next(iter(columns.values())), COLOURS, strict=True))
    return _svg(shapes + _legend(legend[::-1]))


def lines(title: str, series: Mapping[str, Sequence[float]], seconds: float) -> str:
    """Draw a line for each series of equally spaced values over so many seconds, with a legend."""
    highest = _ceiling(max(max(values) for values in series.values()))
    shapes = [_text(LEFT, 20, title, "title"), *_grid(highest)]
    width = WIDTH - LEFT - 190
    for (name, values), colour in zip(series.items(), COLOURS, strict=False):
        points = " ".join(
            f"{LEFT + width * index / (len(values) - 1):.1f},"
            f"{HEIGHT - BOTTOM - value / highest * (HEIGHT - TOP - BOTTOM):.1f}"
            for index, value in enumerate(values)
        )
        shapes.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2">'
                      f"<title>{name}</title></polyline>")  # fmt: skip
    for part in range(5):
        label = f"{seconds * part / 4:,.0f} s"
        shapes.append(_text(LEFT + width * part / 4, HEIGHT - 10, label, anchor="middle"))
    return _svg(shapes + _legend(list(zip(series, COLOURS, strict=False))))


def _ceiling(value: float) -> float:
    """Return a round number above the value, of which a quarter is round too."""
    size: float = 10 ** math.floor(math.log10(value))
    return next(factor * size for factor in (1, 2, 4, 8, 10) if factor * size >= value)


def _grid(highest: float, unit: str = "") -> list[str]:
    shapes = []
    for part in range(5):
        y = HEIGHT - BOTTOM - part / 4 * (HEIGHT - TOP - BOTTOM)
        shapes.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - 190}" y2="{y:.1f}"/>')
        shapes.append(_text(LEFT - 6, y + 4, f"{unit}{highest * part / 4:,g}", anchor="end"))
    return shapes


def _legend(entries: list[tuple[str, str]]) -> list[str]:
    shapes = []
    for index, (name, colour) in enumerate(entries):
        y = TOP + index * 20
        shapes += [_rectangle(WIDTH - 170, y, (12, 12), colour, name), _text(WIDTH - 152, y + 10, name)]
    return shapes


def _rectangle(x: float, y: float, size: tuple[float, float], colour: str, title: str) -> str:
    width, height = size
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}">'
        f"<title>{title}</title></rect>"
    )


def _text(x: float, y: float, text: str, style: str = "", anchor: str = "start") -> str:
    kind = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{text}</text>'


def _svg(shapes: list[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
    return "\n".join([head, f"<style>{_STYLE}</style>", *shapes, "</svg>", ""])
