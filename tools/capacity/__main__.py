"""Writes docs/capacity.md: `python -m tools.capacity`."""

from tools.capacity import conversation, report

if __name__ == "__main__":
    report.write(conversation.measure())
