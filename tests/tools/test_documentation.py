"""The Markdown pages: their links, and the files and commands that they name, exist."""

import re
import tomllib
from pathlib import Path

import pytest

from tools.command import run

ROOT = Path(__file__).parents[2]
PAGES = [Path(name) for name in run(["git", "ls-files", "*.md"], cwd=ROOT).stdout.split()]
TARGETS = {
    target
    for rule in re.findall(r"^([a-z][a-z -]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for target in rule.split()
}


def _prose(page):
    """Return a page without its blocks of code, in which brackets and number signs mean something else."""
    return re.sub(r"^ *```.*?^ *```$", "", (ROOT / page).read_text(), flags=re.MULTILINE | re.DOTALL)


def _anchors(page):
    """Return the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", _prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_relative_link_has_a_target(page):
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", _prose(page)) if "://" not in link]
    for path, _, anchor in (link.partition("#") for link in links):
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), path
        assert not anchor or anchor in _anchors(target), f"{path}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_named_file_exists(page):
    named = re.findall(r"(?<![\w./-])((?:docs|events|functions|tests|tools)/[\w./*-]*\w)", (ROOT / page).read_text())
    assert [path for path in named if not list(ROOT.glob(path))] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_named_make_target_exists(page):
    named = re.findall(r"(?:^ *|`|&& )make ([a-z-]*[a-z])(?![a-z-]|…)", (ROOT / page).read_text(), re.MULTILINE)
    assert set(named) <= TARGETS


def test_contributing_describes_every_folder_of_tests():
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    described = re.findall(r"^\| .+ \| `(tests/\w+)` \|$", contributing, re.MULTILINE)
    folders = {f"tests/{path.parent.name}" for path in ROOT.glob("tests/*/test_*.py")}
    assert sorted(described) == sorted(folders)


def test_changelog_begins_with_unreleased_and_the_current_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    first, second, *_ = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert (first, second) == ("Unreleased", version)
