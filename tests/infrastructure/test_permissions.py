"""Each role allows exactly what its function calls."""

import re
from contextlib import suppress
from unittest.mock import ANY

import pytest

from authorizer.handler import UnauthorizedError
from smoke_test import conversation
from tests.conftest import AWS_CALLS, ROOT

# Lambda itself uses these with a function's role.
PLATFORM = {"logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}
# AWS has no resource-level permissions for these.
UNLIMITED = {"cloudwatch:DescribeAlarms", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}
# The role for every API of the account, with the managed policy that API Gateway checks for.
ACCOUNTS_ROLE = "ApiGatewayLogRole"
LOGS_POLICY = "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


def listed(value):
    return value if isinstance(value, list) else [value]


@pytest.fixture(scope="module")
def statements_of(template):
    """Returns the statements of a role's policies, those that a parameter turns on included."""

    def find(role):
        policies = template["Resources"][role]["Properties"].get("Policies", [])
        statements = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
        allowed = [statement["Fn::If"][1] if "Fn::If" in statement else statement for statement in statements]
        return [it | {name: listed(it[name]) for name in ("Action", "Resource")} for it in allowed]

    return find


@pytest.fixture(scope="module")
def role_of(functions):
    return lambda function: functions[function]["Role"]["Fn::GetAtt"].removesuffix(".Arn")


@pytest.mark.usefixtures("table")
def test_a_role_allows_exactly_what_its_function_calls(
    statements_of, role_of, api_function, function_for, read_event, invoke, put_secret, sdk_calls
):
    put_secret({})
    sdk_calls.clear()
    for path in (ROOT / "events").iterdir():
        event = read_event(path.stem)
        if function_for(event) == api_function:
            with suppress(UnauthorizedError):
                invoke(event)
    allowed = {action for statement in statements_of(role_of(api_function)) for action in statement["Action"]}
    assert allowed - PLATFORM == {call.action for call in sdk_calls}


def test_the_artifact_contains_exactly_the_calls_that_the_roles_allow(functions, statements_of, role_of):
    statements = [statement for name in functions for statement in statements_of(role_of(name))]
    allowed = {action for statement in statements for action in statement["Action"]}
    # IAM's action has another name than the operation.
    assert AWS_CALLS - {"lambda:Invoke"} | {"lambda:InvokeFunction"} == allowed - PLATFORM


def test_a_function_of_the_api_has_no_access_outside_the_stack(template, statements_of, role_of, api_function):
    for statement in statements_of(role_of(api_function)):
        if not UNLIMITED.issuperset(statement["Action"]):
            [[name]] = [resource.values() for resource in statement["Resource"]]
            assert name.removesuffix(".Arn") in template["Resources"]


def test_a_role_has_a_wildcard_only_without_resource_level_permissions(template, statements_of, role):
    managed = template["Resources"][role]["Properties"].get("ManagedPolicyArns", [])
    assert managed == ([{"Fn::Sub": LOGS_POLICY}] if role == ACCOUNTS_ROLE else [])
    for statement in statements_of(role):
        assert statement["Effect"] == "Allow"
        assert statement.keys() <= {"Effect", "Action", "Resource", "Condition"}
        assert "*" not in str(statement["Action"])
        assert "*" not in statement["Resource"] or UNLIMITED.issuperset(statement["Action"])
        # `ARN:*` means a function's versions. `ARN*` also matches other functions whose names begin with it.
        assert not [it for it in statement["Resource"] if re.search(r"[^:/-]\*", str(it))]


def test_smoke_test_may_delete_only_its_own_conversations(statements_of):
    [deletes] = [it for it in statements_of("SmokeTestRole") if "dynamodb:DeleteItem" in it["Action"]]
    # ForAllValues also matches a request without a key.
    assert deletes["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": f"{conversation.PREFIX}*"},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }


def test_smoke_test_may_report_only_to_its_stacks_deployment_groups(statements_of):
    [reports] = [it for it in statements_of("SmokeTestRole") if "codedeploy" in str(it["Action"])]
    [groups] = reports["Resource"]
    arn, names = groups["Fn::Sub"]
    assert arn.endswith(":deploymentgroup:${Application}")
    assert names == {"Application": {"Fn::Sub": "${AWS::StackName}-ServerlessDeploymentApplication-*/*"}}


def test_a_role_can_be_assumed_by_one_service_for_this_account(template, role):
    [statement] = template["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    own_account = {"Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}}
    allowed = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ANY}}
    assert statement == allowed | ({} if role == ACCOUNTS_ROLE else own_account)
    assert re.fullmatch(r"[a-z]+\.amazonaws\.com", statement["Principal"]["Service"])


def test_a_function_logs_only_to_a_log_group_of_the_stack(template, functions, role_of, statements_of, function):
    [writes] = [it for it in statements_of(role_of(function)) if "logs:PutLogEvents" in it["Action"]]
    name = functions[function]["LoggingConfig"]["LogGroup"]["Ref"]
    assert template["Resources"][name]["Type"] == "AWS::Logs::LogGroup"
    assert writes["Resource"] == [{"Fn::GetAtt": f"{name}.Arn"}]


def test_every_policy_is_part_of_a_role(of_type):
    """CloudFormation would create a separate one after the functions, and Lambda refuses Active tracing without it."""
    assert of_type("IAM::Policy") + of_type("IAM::ManagedPolicy") == []
