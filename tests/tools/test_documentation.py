"""The Markdown pages: their links, and the files and commands that they name, exist."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools.command import run

PAGES = [Path(name) for name in run(["git", "ls-files", "*.md"], cwd=ROOT).stdout.split()]
TARGETS = " ".join(re.findall(r"^([a-z][a-z -]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)).split()


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
    assert set(named) <= set(TARGETS)
