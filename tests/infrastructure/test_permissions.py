"""Each role allows exactly what its function calls, on the stack's own resources."""

import re
from contextlib import suppress
from unittest.mock import ANY

import pytest

from authorizer.handler import UnauthorizedError
from smoke_test import conversation
from tests.conftest import AWS_CALLS, ROOT
from tests.infrastructure.cloudformation import FUNCTIONS, RESOURCES

# Lambda itself uses these with a function's role.
PLATFORM = {"logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}
# AWS has no resource-level permissions for these.
UNLIMITED = {"cloudwatch:DescribeAlarms", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}
# The role for every API of the account, with the managed policy that API Gateway checks for.
ACCOUNTS_ROLE = "ApiGatewayLogRole"
LOGS_POLICY = "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
# A reference to the stack's deployment groups would be circular.
OWN_GROUPS = r".*:deploymentgroup:\$\{Application\}.*'\$\{AWS::StackName\}-ServerlessDeploymentApplication-\*/\*'.*"


def statements_of(role):
    """Return the statements of a role's policies, those that a parameter turns on included."""
    policies = RESOURCES[role]["Properties"].get("Policies", [])
    statements = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
    allowed = [statement["Fn::If"][1] if "Fn::If" in statement else statement for statement in statements]
    return [it | {"Action": listed(it["Action"]), "Resource": listed(it["Resource"])} for it in allowed]


def listed(value):
    return value if isinstance(value, list) else [value]


def role_of(function):
    return FUNCTIONS[function]["Role"]["Fn::GetAtt"].removesuffix(".Arn")


def actions_of(*functions):
    """Return what the code of functions may call."""
    return {action for it in functions for each in statements_of(role_of(it)) for action in each["Action"]} - PLATFORM


@pytest.mark.usefixtures("table")
def test_a_role_allows_exactly_what_its_function_calls(
    api_function, function_for, read_event, invoke, put_secret, sdk_calls
):
    put_secret({})
    sdk_calls.clear()
    for event in [read_event(path.stem) for path in (ROOT / "events").iterdir()]:
        if function_for(event) == api_function:
            with suppress(UnauthorizedError):
                invoke(event)
    assert actions_of(api_function) == {call.action for call in sdk_calls}


def test_the_artifact_contains_exactly_the_calls_that_the_roles_allow():
    # IAM's action has another name than the operation.
    assert AWS_CALLS - {"lambda:Invoke"} | {"lambda:InvokeFunction"} == actions_of(*FUNCTIONS)


def test_a_role_is_limited_to_the_stacks_resources(role):
    managed = RESOURCES[role]["Properties"].get("ManagedPolicyArns", [])
    assert managed == ([{"Fn::Sub": LOGS_POLICY}] if role == ACCOUNTS_ROLE else [])
    for statement in statements_of(role):
        assert statement["Effect"] == "Allow"
        assert statement.keys() <= {"Effect", "Action", "Resource", "Condition"}
        assert "*" not in str(statement["Action"])
        for resource in map(str, statement["Resource"]):
            # `ARN:*` means a function's versions. `ARN*` would also match functions whose names begin with its name.
            own = re.fullmatch(r"\{'(?:Ref|Fn::GetAtt|Fn::Sub)': '(?:\$\{)?(\w+)(?:\.Arn)?(?:\}:\*)?'\}", resource)
            if not (own and own[1] in RESOURCES) and not re.fullmatch(OWN_GROUPS, resource):
                assert resource == "*"
                assert UNLIMITED.issuperset(statement["Action"])


def test_a_role_can_be_assumed_by_one_service_for_this_account(role):
    [statement] = RESOURCES[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    own_account = {"Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}}
    allowed = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ANY}}
    assert statement == allowed | ({} if role == ACCOUNTS_ROLE else own_account)
    assert re.fullmatch(r"[a-z]+\.amazonaws\.com", statement["Principal"]["Service"])


def test_smoke_test_may_delete_only_its_own_conversations():
    [deletes] = [it for it in statements_of("SmokeTestRole") if "dynamodb:DeleteItem" in it["Action"]]
    own = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": f"{conversation.PREFIX}*"}}
    # ForAllValues also matches a request without a key.
    assert deletes["Condition"] == own | {"Null": {"dynamodb:LeadingKeys": "false"}}


def test_a_function_logs_only_to_a_log_group_of_the_stack(function):
    [writes] = [it for it in statements_of(role_of(function)) if "logs:PutLogEvents" in it["Action"]]
    name = FUNCTIONS[function]["LoggingConfig"]["LogGroup"]["Ref"]
    assert RESOURCES[name]["Type"] == "AWS::Logs::LogGroup"
    assert writes["Resource"] == [{"Fn::GetAtt": f"{name}.Arn"}]


def test_codedeploy_and_the_smoke_test_reach_every_version(api_function):
    for role in ("DeploymentRole", "SmokeTestRole"):
        assert f"'${{{api_function}.Arn}}:*'" in str(statements_of(role))
