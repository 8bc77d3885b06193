"""What the templates promise of the functions: they start, with what is deployed alone, and end in time."""

import os
import re
import sys

from botocore.retries.standard import ExponentialBackoff

from authorizer import credentials
from ingest import many, store
from tests.conftest import ROOT
from tools.command import run

API_GATEWAY_SECONDS = 29
# The calls that one request makes at most, one after the other, and what passes before the last of them begin.
CALLS = {"IngestFunction": 1, "ManyFunction": 1, "ReadFunction": 1, "AuthorizerFunction": 2}
SECONDS_BEFORE = {"ManyFunction": many.SECONDS_TO_SEND}

# Imports a handler once without each variable and once with all. Prints what kept it from starting, and then the
# packages that came with it.
START = """
import importlib, os, sys
from importlib.metadata import packages_distributions

functions, handler, *variables = sys.argv[1:]
module, _, name = handler.rpartition(".")
for variable in variables:
    value = os.environ.pop(variable)
    try:
        importlib.import_module(module)
    except KeyError as error:
        print(error.args[0])
    os.environ[variable] = value
    for loaded, its in list(sys.modules.items()):
        if (getattr(its, "__file__", None) or "").startswith(functions):
            del sys.modules[loaded]
assert callable(getattr(importlib.import_module(module), name))
owners = packages_distributions()
print(*{owner for name in {name.partition(".")[0] for name in sys.modules} for owner in owners.get(name, ())})
"""

OWN = {"conversation-metadata"}
# botocore takes its roots from it where it is installed, and in Lambda has its own.
WHERE_IT_IS = {"certifi"}


def environment_of(template, own):
    """Return a function's variables, with the defaults of the parameters and any text for what the stack makes."""
    defaults = {name: parameter["Default"] for name, parameter in template["Parameters"].items()}
    variables = template["Globals"]["Function"]["Environment"]["Variables"] | own["Environment"]["Variables"]
    # No code reads RELEASE: it only makes one deployment's configuration differ from the last one's.
    return {
        name: str(defaults.get(value.get("Ref"), "made-by-the-stack") if isinstance(value, dict) else value)
        for name, value in variables.items()
        if name != "RELEASE"
    }


def test_a_function_starts_with_what_is_deployed_and_without_any_of_its_variables_fails_by_its_name(
    template, functions, function
):
    folder = ROOT / "functions"
    variables = environment_of(template, functions[function])
    given = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_CONFIG_FILE": os.devnull, "PYTHONPATH": str(folder)}
    words = [sys.executable, "-c", START, str(folder), functions[function]["Handler"], *variables]
    started = run(words, env=given | variables)
    assert (started.stderr, started.returncode) == ("", 0)
    *missing, imported = started.stdout.replace("_", "-").splitlines()
    assert missing == [variable.replace("_", "-") for variable in variables]
    packages = set(imported.split())
    assert "botocore" in packages
    # Lambda has a boto3 of its own, of any version, and the emulator too: neither would miss it.
    pinned = re.findall(r"^([\w-]+)==", (folder / "requirements.txt").read_text(), re.MULTILINE)
    assert packages - OWN - WHERE_IT_IS <= set(pinned)


def _worst_call(config):
    """Return the seconds after which a call of the SDK has ended, whatever answers it or doesn't."""
    attempts = config.retries["total_max_attempts"]
    # After throttling: up to 1 s, 2 s, 4 s, …; longer where an answer has an x-amz-retry-after header.
    waits = [2**retry + ExponentialBackoff._RETRY_AFTER_MAX_ADDITIONAL for retry in range(attempts - 1)]
    return attempts * (config.connect_timeout + config.read_timeout) + sum(waits)


def test_a_function_answers_before_api_gateway_gives_up_and_after_the_sdk_did(functions, api_function):
    client = credentials._secretsmanager if api_function == "AuthorizerFunction" else store._dynamodb
    worst = SECONDS_BEFORE.get(api_function, 0) + CALLS[api_function] * _worst_call(client.meta.config)
    assert worst < functions[api_function]["Timeout"] < API_GATEWAY_SECONDS
