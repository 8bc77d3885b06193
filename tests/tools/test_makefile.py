"""The Makefile takes arguments from its command line only, and rejects mistakes before it does anything."""

import os

import pytest

from tests.conftest import ROOT
from tools.command import run

ARGUMENTS = [
    ("client-add", "ID"),
    ("client-list", "STACK"),
    ("test", "K"),
    ("load", "URL"),
    ("smoke-test", "URL"),
    ("load", "HOT"),
    ("invoke", "EVENT"),
]


@pytest.fixture
def make(tmp_path):
    """Runs a target with a Python that prints its arguments, one per line."""
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    python.chmod(0o700)

    def call(*words, **variables):
        command = ["make", "--silent", f"PYTHON={python}", f"LOCUST={python}", *words]
        return run(command, cwd=ROOT, env=os.environ | variables)

    return call


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize("typed", ["`echo x`", '"; echo x; "', "a$$b", "it's", "-tiUDjn7-as"])
@pytest.mark.parametrize(("target", "variable"), ARGUMENTS)
def test_no_shell_interprets_an_argument(make, target, variable, typed):
    """As in every makefile, a dollar is typed twice."""
    assert typed.replace("$$", "$") in make(target, f"{variable}={typed}").stdout.splitlines()


@pytest.mark.usefixtures("tools")
@pytest.mark.parametrize(("target", "variable"), [each for each in ARGUMENTS if "STACK" not in each])
def test_a_variable_of_the_shell_is_no_argument(make, target, variable):
    assert "exported" not in make(target, **{variable: "exported"}).stdout


@pytest.mark.usefixtures("tools")
def test_an_exported_stack_is_the_stack_of_every_command(make):
    assert "prod" in make("client-list", STACK="prod").stdout.splitlines()


def test_options_of_the_load_test_have_its_names(make):
    words = make("load", "URL=https://host", "API_ID=acme", "SECONDS=3").stdout.splitlines()

    assert words == ["--locustfile", "tools/load.py", "--url", "https://host", "--api-id", "acme", "--seconds", "3"]


@pytest.mark.parametrize("environment", [[], ["ENVIRONMENT=production"], ["ENVIRONMENT="]])
def test_a_deployment_to_nowhere_is_refused_before_anything_is_built(make, environment):
    made = make("deploy", *environment, ENVIRONMENT="dev")

    assert made.stderr.startswith("ENVIRONMENT must be dev, staging, or prod")
    assert made.stdout == ""


@pytest.mark.usefixtures("tools")
def test_variables_of_the_shell_do_not_reach_python(tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nenv\n")
    python.chmod(0o700)
    hostile = dict.fromkeys(["PYTHONSAFEPATH", "PYTHONOPTIMIZE", "PIP_USER", "UV_TARGET", "SAM_USE_CONTAINER"], "1")

    made = run(["make", "--silent", "logs", f"PYTHON={python}"], cwd=ROOT, env=os.environ | hostile)

    assert {f"{name}=1" for name in hostile}.isdisjoint(made.stdout.splitlines())
    assert {"PYTHONUTF8=1", "PIP_USER=0"} <= set(made.stdout.splitlines())
