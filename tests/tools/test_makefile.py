"""The Makefile passes on what was typed, and tells mistakes before it does anything."""

import pytest

from tools.command import run
from tools.local.programs import ROOT

TYPED = ["a$$b", "a$b", "$(shell echo x)", "`echo x`", '"; echo x; "', "-tiUDjn7-as"]


@pytest.fixture
def make(tmp_path):
    """Runs a target with a Python that prints its arguments, one a line."""
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    python.chmod(0o700)
    return lambda *words: run(["make", "--silent", f"PYTHON={python}", *words], cwd=ROOT)


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize(
    ("target", "variable"),
    [
        ("client-add", "ID"),
        ("client-list", "STACK"),
        ("test", "K"),
        ("load", "URL"),
        ("load", "HOT"),
        ("invoke", "EVENT"),
    ],
)
def test_what_is_given_reaches_the_command_as_it_was_typed(make, target, variable, typed):
    """Neither make nor the shell may expand it: `a$$b` is not `ab`, and a command in it is not run."""
    assert typed in make(target, f"{variable}={typed}").stdout.splitlines()


def test_options_of_the_load_test_have_its_names(make):
    given = make("load", "URL=https://host", "API_ID=acme", "SECONDS=3").stdout.splitlines()

    assert given == ["-m", "tools.load", "--url", "https://host", "--api-id", "acme", "--seconds", "3"]


@pytest.mark.parametrize("environment", [[], ["ENVIRONMENT=production"], ["ENVIRONMENT="]])
def test_a_deployment_to_nowhere_is_refused_before_anything_is_built(make, environment):
    made = make("deploy", *environment)

    assert made.stderr.startswith("Say where to: make deploy ENVIRONMENT=dev")
    assert made.stdout == ""
