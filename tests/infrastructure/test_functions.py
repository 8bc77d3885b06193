"""The functions start with the deployed packages alone, and end before their timeout."""

import json
import os
import re
import sys
from io import BytesIO

from botocore.client import BaseClient
from botocore.retries.standard import ExponentialBackoff

from authorizer import credentials
from ingest import many, store
from smoke_test import handler as smoke_test
from tests.conftest import ROOT
from tools.command import run

API_GATEWAY_SECONDS = 29
# The SDK calls of one request that run one after the other, and the seconds that pass before the first of them.
CALLS = {"IngestFunction": 1, "ManyFunction": 1, "ReadFunction": 1, "AuthorizerFunction": 1}
SECONDS_BEFORE = {"ManyFunction": many.SECONDS_TO_SEND}

# Imports a handler without each of its variables in turn, then with all. Prints the names in the KeyErrors, then the
# packages that were imported.
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
# botocore uses its certificates if it is installed. In Lambda it uses its own.
OPTIONAL = {"certifi"}


def environment_of(template, own):
    """Return a function's variables: parameters as their defaults, resources as any text."""
    defaults = {name: parameter["Default"] for name, parameter in template["Parameters"].items()}
    variables = template["Globals"]["Function"]["Environment"]["Variables"] | own["Environment"]["Variables"]
    # No code reads RELEASE: it only makes a deployment differ from the previous one.
    return {
        name: str(defaults.get(value.get("Ref"), "made-by-the-stack") if isinstance(value, dict) else value)
        for name, value in variables.items()
        if name != "RELEASE"
    }


def test_a_function_starts_with_the_deployed_packages_and_names_a_missing_variable(template, functions, function):
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
    # Lambda and the emulator have a boto3 of some version, so both would hide that it is not deployed.
    pinned = re.findall(r"^([\w-]+)==", (folder / "requirements.txt").read_text(), re.MULTILINE)
    assert packages - OWN - OPTIONAL <= set(pinned)


def worst_call(client):
    """Return the seconds after which a call of an SDK client has ended at the latest."""
    config = client.meta.config
    attempts = config.retries["total_max_attempts"]
    # After throttling: up to 1 s, 2 s, 4 s, …; longer if a response has an x-amz-retry-after header.
    waits = [2**retry + ExponentialBackoff._RETRY_AFTER_MAX_ADDITIONAL for retry in range(attempts - 1)]
    return attempts * (config.connect_timeout + config.read_timeout) + sum(waits)


def test_a_function_ends_after_its_sdk_calls_and_before_api_gateways_timeout(functions, api_function):
    client = credentials._provider.client if api_function == "AuthorizerFunction" else store._dynamodb
    worst = SECONDS_BEFORE.get(api_function, 0) + CALLS[api_function] * worst_call(client)
    assert worst < functions[api_function]["Timeout"] < API_GATEWAY_SECONDS


def test_the_smoke_test_reports_before_its_timeout(functions, context, monkeypatch):
    """Each call succeeds as late as possible. Without a report, CodeDeploy waits an hour."""
    calls = {}

    def make_call(client, operation, parameters):
        calls.setdefault(operation, []).append(worst_call(client))
        version = parameters.get("FunctionName")
        response = (
            {"errorMessage": "Unauthorized"} if "Authorizer" in str(version) else {"statusCode": 200, "body": "{}"}
        )
        return {"Payload": BytesIO(json.dumps(response).encode())}

    monkeypatch.setattr(BaseClient, "_make_api_call", make_call)
    smoke_test.handle({"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "hook-1"}, context)
    # All the way to reading the conversation back.
    assert {name: len(seconds) for name, seconds in calls.items()} == {
        "Invoke": 5, "DeleteItem": 1, "PutLifecycleEventHookExecutionStatus": 1
    }  # fmt: skip
    assert sum(map(sum, calls.values())) < functions["SmokeTestFunction"]["Timeout"]
