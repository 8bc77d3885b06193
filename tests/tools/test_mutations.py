"""The lines that `make reliability` breaks."""

import ast

import pytest

from tests.conftest import ROOT
from tools.mutation.mutations import MUTATIONS


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.meaning)
def test_each_mutation_matches_one_line_and_still_parses(mutation):
    sources = [file.read_text() for file in (ROOT / "functions").rglob("*.py")]
    [source] = [source for source in sources if mutation.old in source]
    assert source.count(mutation.old) == 1
    ast.parse(source.replace(mutation.old, mutation.new))
    assert (ROOT / "tests" / mutation.tests).exists()
