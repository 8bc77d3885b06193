"""The charts of the generated pages."""

import pytest

from tools import chart

NUMBERS = {
    "panels": {"CPU (ms)": {"service": 1.0, "typical": 2.0}, "Size (MB)": {"service": 10.0, "typical": 20.0}},
    "stacked": {"title": "Dollars", "columns": {"10/s": {"Lambda": 1, "Logs": 2}, "20/s": {"Lambda": 3, "Logs": 4}}},
}  # fmt: skip


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("kind", NUMBERS)
def test_the_same_numbers_draw_the_same_file(kind, tmp_path):
    files = [tmp_path / name for name in ("first.svg", "second.svg")]
    for file in files:
        chart.draw(file, kind, NUMBERS[kind])
    first, second = (file.read_text() for file in files)
    assert first == second
    assert "dc:date" not in first


@pytest.mark.usefixtures("tools")
def test_a_chart_that_cannot_be_drawn_is_an_error(tmp_path):
    with pytest.raises(chart.ChartError, match="KeyError"):
        chart.draw(tmp_path / "chart.svg", "pie", {})
