"""The chart of docs/performance.md: an SVG that reads on light and on dark pages."""

from statistics import median

from tools.bench.measure import Measured
from tools.bench.subject import Subjects

_WIDTH, _LABELS, _BARS = 760, 150, 520
_BAR, _GAP, _TITLE = 16, 6, 34

_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
  .service { fill: #1a7f5a; }
  .other { fill: #8c959f; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .service { fill: #3fb984; }
    .other { fill: #6e7681; }
  }
"""


def draw(subjects: Subjects, measured: Measured) -> str:
    """Return the SVG."""
    compared = [subjects.service, subjects.primed, subjects.typical, subjects.compiled, subjects.floor]
    panels = [
        ("Starting, CPU (ms)", {name: median(times) for name, times in measured.init_cpu.items()}, "{:.0f}"),
        (
            "First request, with a TLS connection, CPU (ms)",
            {name: median(t) for name, t in measured.first.items()},
            "{:.1f}",
        ),
        ("Warm request, CPU (ms)", {name: median(times) for name, times in measured.warm.items()}, "{:.2f}"),
        ("Artifact, zipped (MB)", {name: size / 1e6 for name, size in measured.size.items()}, "{:.1f}"),
    ]
    parts: list[str] = []
    y = 8
    for title, values, form in panels:
        panel, y = _panel(
            title, {subject.name: values[subject.name] for subject in compared if subject.name in values}, form, y
        )
        parts += panel
    size = f'width="{_WIDTH}" height="{y}" viewBox="0 0 {_WIDTH} {y}"'
    body = "\n".join(parts)
    label = "What the service, a typical implementation and the floor need to start and to answer"
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{label}">'
    return f"{opening}\n<style>{_STYLE}</style>\n{body}\n</svg>\n"


def _panel(title: str, values: dict[str, float], form: str, y: int) -> tuple[list[str], int]:
    """Return a panel's elements, and where the next panel starts."""
    parts = [f'<text class="title" x="0" y="{y + 16}">{title}</text>']
    y += _TITLE - _GAP
    for name, value in values.items():
        length = max(1, round(_BARS * value / max(values.values())))
        kind = "service" if name.startswith("service") else "other"
        parts += [
            f'<text x="{_LABELS - 8}" y="{y + 13}" text-anchor="end">{name}</text>',
            f'<rect class="{kind}" x="{_LABELS}" y="{y}" width="{length}" height="{_BAR}" rx="2"/>',
            f'<text x="{_LABELS + length + 8}" y="{y + 13}">{form.format(value)}</text>',
        ]
        y += _BAR + _GAP
    return parts, y + _GAP
