"""Writes docs/capacity.md and its charts: `python -m tools.capacity`; `--check` only compares."""

import sys
from pathlib import Path

from tools.capacity.report import files
from tools.capacity.trial import measure

DOCS = Path(__file__).parents[2] / "docs"


def main() -> None:
    """Write or check every file."""
    texts = files(measure())
    if "--check" in sys.argv[1:]:
        stale = [
            name for name, text in texts.items() if not (DOCS / name).exists() or (DOCS / name).read_text() != text
        ]
        if stale:
            sys.exit(f"Not up to date: {', '.join(stale)}. Run 'make capacity'.")
        return
    for name, text in texts.items():
        (DOCS / name).write_text(text)
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
