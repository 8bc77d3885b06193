"""The Makefile takes arguments from its command line only, and rejects mistakes before it does anything."""

import os
from subprocess import PIPE

import pytest

from tests.conftest import ROOT
from tools.command import run, start

pytestmark = pytest.mark.usefixtures("tools")

ARGUMENTS = [("client-add", "ID"), ("test", "K"), ("load", "URL"), ("smoke-test", "URL"), ("invoke", "EVENT")]


@pytest.fixture
def make(tmp_path):
    """Runs a target with a Python that prints its arguments, one per line, and then its environment."""
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\necho\nenv\necho parent $PPID\n")
    python.chmod(0o700)

    def call(*words, **variables):
        command = ["make", "--silent", f"PYTHON={python}", f"LOCUST={python}", *words]
        return run(command, cwd=ROOT, env=os.environ | variables)

    return call


@pytest.mark.parametrize("typed", ["`echo x`", '"; echo x; "', "a$$b", "it's", "-tiUDjn7-as"])
@pytest.mark.parametrize(("target", "variable"), [*ARGUMENTS, ("client-list", "STACK")])
def test_no_shell_interprets_an_argument(make, target, variable, typed):
    """As in every makefile, a dollar is typed twice."""
    assert typed.replace("$$", "$") in make(target, f"{variable}={typed}").stdout.splitlines()


@pytest.mark.parametrize(("target", "variable"), ARGUMENTS)
def test_a_variable_of_the_shell_is_no_argument(make, target, variable):
    assert "exported" not in make(target, **{variable: "exported"}).stdout


def test_an_exported_stack_is_the_stack_of_every_command(make):
    assert "prod" in make("client-list", STACK="prod").stdout.splitlines()


def test_options_of_the_load_test_have_its_names(make):
    words = make("load", "URL=https://host", "API_ID=acme", "SECONDS=3").stdout.partition("\n\n")[0].split()
    assert words == ["--locustfile", "tools/load.py", "--url", "https://host", "--api-id", "acme", "--seconds", "3"]


@pytest.mark.parametrize("environment", [[], ["ENVIRONMENT=production"], ["ENVIRONMENT="]])
def test_a_deployment_to_nowhere_is_refused_before_anything_is_built(make, environment):
    made = make("deploy", *environment, ENVIRONMENT="dev")

    assert made.stderr.startswith("ENVIRONMENT must be dev, staging, or prod")
    assert made.stdout == ""


@pytest.mark.usefixtures("make")
@pytest.mark.parametrize("target", ["run", "serve", "logs", "sam-start-api"])
def test_a_signal_to_make_reaches_the_command_and_not_a_shell(tmp_path, target):
    words = ["make", "--silent", f"PYTHON={tmp_path}/python", target, "PORT=1"]
    with start(words, cwd=ROOT, stdout=PIPE) as process:
        assert process.communicate()[0].endswith(f"parent {process.pid}\n")


def test_variables_of_the_shell_do_not_reach_python(make):
    hostile = dict.fromkeys(["PYTHONSAFEPATH", "PYTHONOPTIMIZE", "PIP_USER", "UV_TARGET", "SAM_USE_CONTAINER"], "1")
    environment = set(make("logs", **hostile).stdout.splitlines())
    assert {f"{name}=1" for name in hostile}.isdisjoint(environment)
    assert {"PYTHONUTF8=1", "PIP_USER=0"} <= environment
