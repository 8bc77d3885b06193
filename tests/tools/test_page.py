"""The tables that tools write into the pages of docs/."""

import pytest

from tools import page


def test_tables_stand_under_their_marks_and_the_text_stays(monkeypatch, tmp_path):
    monkeypatch.setattr(page, "_DOCS", tmp_path)
    path = tmp_path / "page.md"
    path.write_text("Before.\n\n<!-- old -->\n| x |\n| --- |\n| 0 |\n\nBetween.\n\n<!-- new -->\n\nAfter.\n")
    rows = [["", "n"], page.row("a", [1234.5], "{:,.1f}")]
    table = "|  | n |\n| --- | --: |\n| a | 1,234.5 |\n"

    for _ in range(2):
        page.fill("page.md", {"old": rows, "new": rows})

        assert path.read_text() == f"Before.\n\n<!-- old -->\n{table}\nBetween.\n\n<!-- new -->\n{table}\nAfter.\n"
    with pytest.raises(LookupError, match="no place for the table 'other'"):
        page.fill("page.md", {"other": rows})
