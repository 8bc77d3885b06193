"""Writes docs/licences.md, the licences of the deployed packages: `python -m tools.licences`."""

import re
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs/licences.md"
REQUIREMENTS = ROOT / "functions/requirements.txt"

_HEAD = """\
# Licences of the deployed packages

Written by `python -m tools.licences` from `functions/requirements.txt` and what the packages say of themselves.

| package | version | licence |
| --- | --- | --- |
"""


def pins(requirements: str) -> dict[str, str]:
    """Return the version that a requirements file pins for each package."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", requirements, re.MULTILINE))


def licence(package: str) -> str:
    """Return a package's licence: the expression where it gives one, else what it gives."""
    data = metadata(package)
    classifiers = [each.rpartition(" :: ")[2] for each in data.get_all("Classifier", []) if "License ::" in each]
    given = data.get("License-Expression") or ", ".join(classifiers) or data.get("License")
    if not given:
        raise LookupError(f"{package} names no licence")
    return str(given)


def text() -> str:
    """Return the page as Markdown."""
    rows = [f"| {name} | {version} | {licence(name)} |\n" for name, version in pins(REQUIREMENTS.read_text()).items()]
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    FILE.write_text(text())
    print(f"Written: {FILE.name}")
