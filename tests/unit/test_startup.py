"""What a function's start does with the garbage collector."""

import gc
import os
import subprocess
import sys

import pytest

from startup import loading
from tests.conftest import ROOT

PROGRAM = """
import gc, sys
from importlib import import_module

def collections():
    return sum(generation["collections"] for generation in gc.get_stats())

before = collections()
import_module(sys.argv[1])
assert collections() - before < 5, "the collector looked through what was imported"
assert gc.isenabled(), "nobody will ever look for garbage"
assert len(gc.get_objects()) < gc.get_freeze_count() / 10, "it will be looked through later"
"""


@pytest.mark.parametrize("handler", ["ingest.handler", "ingest.many", "ingest.read", "authorizer.handler"])
def test_nothing_that_a_function_imports_is_looked_through(handler):
    environment = os.environ | {"PYTHONPATH": str(ROOT / "functions")}
    command = [sys.executable, "-c", PROGRAM, handler]
    started = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 -- ours
    assert started.returncode == 0, started.stderr


def test_the_collector_is_back_after_an_import_that_failed():
    with pytest.raises(ModuleNotFoundError), loading():
        import missing  # noqa: F401, PLC0415 -- it cannot be
    assert gc.isenabled()
