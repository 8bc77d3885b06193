"""What the template promises of the functions: they start, may do what they do and no more, and end in time."""

import os
import re
import sys
from contextlib import suppress

import pytest
from botocore.retries.standard import ExponentialBackoff

from authorizer import credentials
from authorizer.handler import UnauthorizedError
from ingest import many, store
from tools.command import run

# What Lambda itself does with a function's role.
PLATFORM = {"logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}
# What AWS can't limit to some resources.
UNLIMITED = {"cloudwatch:DescribeAlarms", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}

API_GATEWAY_SECONDS = 29
# The calls that one request makes at most, one after the other, and what passes before the last of them begin.
CALLS = {"IngestFunction": 1, "ManyFunction": 1, "ReadFunction": 1, "AuthorizerFunction": 2}
SECONDS_BEFORE = {"ManyFunction": many.SECONDS_TO_SEND}

# Imports a handler once without each variable and once with all. Prints what kept it from starting.
START = """
import importlib, os, sys
functions, module, *variables = sys.argv[1:]
for variable in variables:
    value = os.environ.pop(variable)
    try:
        importlib.import_module(module)
    except KeyError as error:
        print(error.args[0])
    os.environ[variable] = value
    for name, loaded in list(sys.modules.items()):
        if (getattr(loaded, "__file__", None) or "").startswith(functions):
            del sys.modules[name]
importlib.import_module(module)
"""

# Imports a handler. Prints the packages that came with it, but for Python's own and the functions'.
PACKAGES = """
import importlib, sys
from importlib.metadata import packages_distributions

importlib.import_module(sys.argv[1])
owners = packages_distributions()
print(*{owner for name in {name.partition(".")[0] for name in sys.modules} for owner in owners.get(name, ())})
"""

OWN = {"conversation-metadata"}
# botocore takes its roots from it where it is installed. The functions name their own.
WHERE_IT_IS = {"certifi"}


def statements_of(template, role):
    """Return the statements of a role's policies, those that a parameter turns on included."""
    policies = [policy["PolicyDocument"] for policy in template["Resources"][role]["Properties"]["Policies"]]
    statements = [statement for policy in policies for statement in policy["Statement"]]
    return [statement["Fn::If"][1] if "Fn::If" in statement else statement for statement in statements]


def test_a_role_may_write_traces_where_they_are_on(template, function):
    [policy] = template["Resources"][role_of(template, function)]["Properties"]["Policies"]
    [tracing] = [statement for statement in policy["PolicyDocument"]["Statement"] if "Fn::If" in statement]
    condition, statement, otherwise = tracing["Fn::If"]
    assert (condition, otherwise) == ("WithTracing", {"Ref": "AWS::NoValue"})
    assert set(statement["Action"]) == {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}


def listed(value):
    return value if isinstance(value, list) else [value]


def properties_of(template, function):
    shared = template["Globals"]["Function"]
    return shared | template["Resources"][function]["Properties"]


def role_of(template, function):
    return properties_of(template, function)["Role"]["Fn::GetAtt"].removesuffix(".Arn")


def environment_of(template, function):
    """Return a function's variables, with the defaults of the parameters and any text for what the stack makes."""

    def value_of(value):
        if isinstance(value, dict):
            return str(template["Parameters"].get(value.get("Ref"), {}).get("Default", "made-by-the-stack"))
        return str(value)

    shared = template["Globals"]["Function"]["Environment"]["Variables"]
    own = properties_of(template, function)["Environment"]["Variables"]
    return {name: value_of(value) for name, value in (shared | own).items()}


def test_each_handler_is_there_to_be_called(handler, function):
    assert callable(handler(function))


def test_a_function_starts_with_its_variables_and_without_any_of_them_fails_by_its_name(
    template, function, pytestconfig
):
    functions = pytestconfig.rootpath / "functions"
    module = properties_of(template, function)["Handler"].rpartition(".")[0]
    variables = environment_of(template, function)
    given = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_CONFIG_FILE": os.devnull, "PYTHONPATH": str(functions)}
    started = run([sys.executable, "-c", START, str(functions), module, *variables], env=given | variables)
    assert (started.stderr, started.returncode) == ("", 0)
    assert started.stdout.splitlines() == list(variables)


def test_a_function_imports_nothing_that_is_not_deployed_with_it(template, function, pytestconfig):
    module = properties_of(template, function)["Handler"].rpartition(".")[0]
    given = {"AWS_DEFAULT_REGION": "us-east-1", "PYTHONPATH": str(pytestconfig.rootpath / "functions")}
    variables = environment_of(template, function) | given
    command = [sys.executable, "-c", PACKAGES, module]
    started = run(command, env=variables)
    assert started.returncode == 0, started.stderr
    imported = set(started.stdout.replace("_", "-").split())
    pinned = (pytestconfig.rootpath / "functions/requirements.txt").read_text()
    assert "botocore" in imported
    # Lambda has a boto3 of its own, of any version, and the emulator too: neither would miss it.
    assert imported - OWN - WHERE_IT_IS <= set(re.findall(r"^([\w-]+)==", pinned, re.MULTILINE))


@pytest.fixture
def secret(aws, secretsmanager):  # noqa: ARG001 -- the secret is in there
    secretsmanager.create_secret(Name=os.environ["CREDENTIALS_SECRET_ARN"], SecretString="{}")


@pytest.mark.usefixtures("table", "secret")
def test_a_role_allows_what_its_function_calls_and_nothing_else(
    template, api_function, function_for, read_event, invoke, sdk_calls, pytestconfig
):
    for path in (pytestconfig.rootpath / "events").iterdir():
        event = read_event(path.stem)
        if function_for(event) == api_function:
            with suppress(UnauthorizedError):
                invoke(event)
    statements = statements_of(template, role_of(template, api_function))
    allowed = {action for statement in statements for action in listed(statement["Action"])}
    assert allowed - PLATFORM == {call.action for call in sdk_calls}


def test_the_artifact_knows_the_calls_that_a_role_allows_and_no_others(template, pytestconfig):
    makefile = (pytestconfig.rootpath / "functions/Makefile").read_text()
    [calls] = re.findall(r"^AWS_CALLS = ((?:.*\\\n)*.*)", makefile, re.MULTILINE)
    functions = [name for name, it in template["Resources"].items() if it["Type"] == "AWS::Serverless::Function"]
    statements = [it for name in functions for it in statements_of(template, role_of(template, name))]
    allowed = {action for statement in statements for action in listed(statement["Action"])} - PLATFORM
    # IAM has another name for this one.
    assert set(calls.replace("\\", "").replace("lambda:Invoke", "lambda:InvokeFunction").split()) == allowed


def test_a_function_that_the_api_calls_may_touch_nothing_outside_the_stack(template, api_function):
    for statement in statements_of(template, role_of(template, api_function)):
        for resource in listed(statement["Resource"]):
            if not set(listed(statement["Action"])) <= UNLIMITED:
                [name] = {resource.get("Ref"), resource.get("Fn::GetAtt", "").removesuffix(".Arn")} - {None, ""}
                assert name in template["Resources"]


def test_a_role_has_no_wildcard_but_where_aws_knows_no_narrower_one(template, role):
    assert "ManagedPolicyArns" not in template["Resources"][role]["Properties"]
    for statement in statements_of(template, role):
        assert statement["Effect"] == "Allow"
        assert {"NotAction", "NotResource"}.isdisjoint(statement)
        actions = set(listed(statement["Action"]))
        assert not {action for action in actions if "*" in action}
        assert "*" not in listed(statement["Resource"]) or actions <= UNLIMITED


def test_a_role_can_be_taken_by_one_service_alone(template, role):
    [statement] = template["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    [(kind, service)] = statement["Principal"].items()
    assert (statement["Effect"], statement["Action"], kind) == ("Allow", "sts:AssumeRole", "Service")
    assert re.fullmatch(r"[a-z]+\.amazonaws\.com", service)


def test_a_function_writes_to_a_log_group_of_the_stack_and_to_no_other(template, function):
    name = properties_of(template, function)["LoggingConfig"]["LogGroup"]["Ref"]
    assert template["Resources"][name]["Type"] == "AWS::Logs::LogGroup"
    [writes] = [s for s in statements_of(template, role_of(template, function)) if "logs:PutLogEvents" in s["Action"]]
    assert writes["Resource"] == {"Fn::GetAtt": f"{name}.Arn"}


def _worst_call(config):
    """Return the seconds after which a call of the SDK has ended, whatever answers it or doesn't."""
    attempts = config.retries["total_max_attempts"]
    # After throttling: up to 1 s, 2 s, 4 s, …; longer where an answer has an x-amz-retry-after header.
    waits = [2**retry + ExponentialBackoff._RETRY_AFTER_MAX_ADDITIONAL for retry in range(attempts - 1)]
    return attempts * (config.connect_timeout + config.read_timeout) + sum(waits)


def test_a_function_answers_before_api_gateway_gives_up_and_after_the_sdk_did(template, api_function):
    client = credentials._secretsmanager if api_function == "AuthorizerFunction" else store._dynamodb
    worst = SECONDS_BEFORE.get(api_function, 0) + CALLS[api_function] * _worst_call(client.meta.config)
    assert worst < properties_of(template, api_function)["Timeout"] < API_GATEWAY_SECONDS
