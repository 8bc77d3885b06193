"""The lines that `make reliability` breaks."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools.mutation.mutant import mutated
from tools.mutation.mutations import MUTATIONS


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.meaning)
def test_a_line_that_is_to_be_broken_occurs_once_and_still_parses_when_it_is(mutation):
    assert (ROOT / "functions" / mutation.file).read_text().count(mutation.old) == 1
    ast.parse(mutated(mutation))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.meaning)
def test_the_tests_that_should_notice_exist(mutation):
    files = [Path(word) for word in mutation.tests.split() if word.endswith(".py")]
    assert files
    assert all((ROOT / "tests/reliability" / file).exists() for file in files)
