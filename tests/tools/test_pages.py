"""The pages, README.md first: what they link to, name and tell a contributor to type is there."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from tools.command import run

ROOT = Path(__file__).parents[2]
PAGES = [Path(name) for name in run(["git", "ls-files", "*.md"], cwd=ROOT).stdout.split()]
# These tell what was there at their time: what was changed, decided and measured.
HISTORIES = {Path("CHANGELOG.md"), *(Path(f"docs/{name}.md") for name in ("decisions", "performance", "reliability"))}
PAGES_OF_TODAY = [page for page in PAGES if page not in HISTORIES]
FENCES = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
TARGETS = {
    target
    for rule in re.findall(r"^([a-z][a-z -]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for target in rule.split()
}
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
COMMANDS = [line for language, block in FENCES.findall(CONTRIBUTING) if language == "sh" for line in block.splitlines()]


def _prose(page):
    """Return a page without its blocks of code, where brackets and number signs mean something else."""
    return FENCES.sub("", (ROOT / page).read_text())


def _anchors(page):
    """Return the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", _prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_relative_link_leads_somewhere(page):
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", _prose(page)) if "://" not in link]
    for path, _, anchor in (link.partition("#") for link in links):
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), path
        assert not anchor or anchor in _anchors(target), f"{path}#{anchor}"


@pytest.mark.parametrize("page", PAGES_OF_TODAY, ids=str)
def test_every_file_of_the_repository_that_is_named_is_there(page):
    named = re.findall(r"`((?:docs|events|functions|tests|tools)/[\w./*-]+)`", _prose(page))
    assert [path for path in named if not list(ROOT.glob(path))] == []


@pytest.mark.parametrize("page", PAGES_OF_TODAY, ids=str)
def test_every_target_of_make_that_is_named_is_there(page):
    named = re.findall(r"(?:^ *|`|&& )make ([a-z-]*[a-z])(?![a-z-]|…)", (ROOT / page).read_text(), re.MULTILINE)
    assert set(named) <= TARGETS


def _selection(command):
    """Return the options of pytest with which a command chooses tests."""
    given = dict(word.split("=", 1) for word in shlex.split(command) if re.match(r"(TESTS|K)=", word))
    paths = [given["TESTS"]] if "TESTS" in given else re.findall(r"tests/\S+", command)
    return (*paths, "-k", given["K"]) if "K" in given else tuple(paths)


@pytest.mark.parametrize("selection", sorted({_selection(line) for line in COMMANDS if "tests/" in line}), ids=" ".join)
def test_the_commands_that_run_tests_find_some(selection):
    found = run([ROOT / ".venv/bin/python", "-m", "pytest", "--collect-only", "-q", *selection], cwd=ROOT)
    assert found.returncode == 0, found.stdout


def test_contributing_tells_what_goes_into_each_folder_of_tests():
    told = re.findall(r"^\| .+ \| `(tests/\w+)` \|$", CONTRIBUTING, re.MULTILINE)
    folders = {f"tests/{path.parent.name}" for path in ROOT.glob("tests/*/test_*.py")}
    assert sorted(told) == sorted(folders)


def test_the_changelog_begins_with_what_is_not_released_and_the_newest_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    first, second, *_ = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert (first, second) == ("Unreleased", version)


def test_the_readme_tells_the_capacity_pages_dollars():
    dollars = r"\$(\d) to \$(\d) a million submissions, and \$(\d) to \$(\d) in batches"
    [told] = re.findall(dollars, (ROOT / "README.md").read_text())
    rows = re.findall(r"^\|.*a million.*?\|(.+)\|$", (ROOT / "docs/capacity.md").read_text(), re.MULTILINE)
    # At 10, 100 and 1,000 a second.
    alone, in_batches = ([float(cell.strip(" *")) for cell in row.split("|")[:3]] for row in rows)
    computed = [round(bound(each)) for each in (alone, in_batches) for bound in (min, max)]
    assert [int(number) for number in told] == computed
