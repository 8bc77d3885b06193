"""The functions start with the deployed packages alone, and end before their timeout."""

import json
import os
import re
import sys
from io import BytesIO
from pathlib import Path

from botocore.client import BaseClient
from botocore.retries.standard import ExponentialBackoff
from oracle import Context

from authorizer import credentials
from ingest import many, store
from smoke_test import handler as smoke_test
from tests.conftest import ROOT, TEMPLATE
from tests.infrastructure.cloudformation import FUNCTIONS
from tools.command import run

# Imports a handler, and prints the project's modules and the packages that this has imported.
START = """
import importlib, sys
from importlib.metadata import packages_distributions

folder, handler = sys.argv[1:]
module, _, name = handler.rpartition(".")
assert callable(getattr(importlib.import_module(module), name))
files = [getattr(module, "__file__", None) or "" for module in sys.modules.values()]
owners = packages_distributions()
print(*[file for file in files if file.startswith(folder)])
print(*{owner for name in {name.partition(".")[0] for name in sys.modules} for owner in owners.get(name, ())})
"""


def test_a_function_starts_with_the_deployed_packages_and_all_of_its_variables(function):
    folder = ROOT / "functions"
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    names = variables.keys() | FUNCTIONS[function]["Environment"]["Variables"].keys()
    env = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_CONFIG_FILE": os.devnull, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-c", START, str(folder), FUNCTIONS[function]["Handler"]]
    started = run(command, env=env | dict.fromkeys(names, "0"))
    assert (started.stderr, started.returncode) == ("", 0)
    files, packages = (line.split() for line in started.stdout.splitlines())
    # Such a read names a missing variable. RELEASE only makes a deployment differ from the previous one.
    reads = re.findall(r'os\.environ\["(\w+)"\]', "".join(Path(file).read_text() for file in files))
    assert {*reads, "RELEASE"} == names
    # Lambda and the emulator have a boto3 of some version, so both would hide that it is not deployed.
    pinned = re.findall(r"^([\w-]+)==", (folder / "requirements.txt").read_text(), re.MULTILINE)
    # botocore uses certifi's certificates if it is installed. In Lambda it uses its own.
    deployed = {package.replace("_", "-") for package in packages} - {"certifi", "conversation-metadata"}
    assert {"botocore"} <= deployed <= set(pinned)


def worst_call(client):
    """Return the seconds after which a call of an SDK client has ended at the latest."""
    config = client.meta.config
    attempts = config.retries["total_max_attempts"]
    # After throttling: up to 1 s, 2 s, 4 s, …; longer if a response has an x-amz-retry-after header.
    waits = [2**retry + ExponentialBackoff._RETRY_AFTER_MAX_ADDITIONAL for retry in range(attempts - 1)]
    return attempts * (config.connect_timeout + config.read_timeout) + sum(waits)


def test_a_function_ends_after_its_sdk_call_and_before_api_gateways_timeout(api_function):
    client = credentials._provider.client if api_function == "AuthorizerFunction" else store._dynamodb
    seconds_before = many.SECONDS_TO_SEND if api_function == "ManyFunction" else 0
    assert seconds_before + worst_call(client) < FUNCTIONS[api_function]["Timeout"] < 29


def test_the_smoke_test_reports_before_its_timeout(monkeypatch):
    """Each call succeeds as late as possible. Without a report, CodeDeploy waits an hour."""
    calls = []

    def make_call(client, operation, parameters):
        calls.append((operation, worst_call(client)))
        is_authorizer = "Authorizer" in str(parameters.get("FunctionName"))
        response = {"errorMessage": "Unauthorized"} if is_authorizer else {"statusCode": 200, "body": "{}"}
        return {"Payload": BytesIO(json.dumps(response).encode())}

    monkeypatch.setattr(BaseClient, "_make_api_call", make_call)
    smoke_test.handle({"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "hook-1"}, Context())
    operations, seconds = zip(*calls, strict=True)
    assert [*operations] == ["Invoke"] * 5 + ["DeleteItem", "PutLifecycleEventHookExecutionStatus"]
    assert sum(seconds) < FUNCTIONS["SmokeTestFunction"]["Timeout"]
