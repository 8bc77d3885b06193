"""What the templates promise of permissions: a function may do what it does and no more."""

import re
from contextlib import suppress
from unittest.mock import ANY

import pytest

from authorizer.handler import UnauthorizedError
from smoke_test import conversation
from tests.conftest import AWS_CALLS, ROOT

# What Lambda itself does with a function's role.
PLATFORM = {"logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}
# What AWS can't limit to some resources.
UNLIMITED = {"cloudwatch:DescribeAlarms", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}
# Serves every API of the account, with the managed policy that API Gateway checks for.
ACCOUNTS_ROLE = "ApiGatewayLogRole"
LOGS_POLICY = "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


def listed(value):
    return value if isinstance(value, list) else [value]


@pytest.fixture(scope="module")
def statements_of(template):
    """Gives the statements of a role's policies, with lists; those that a parameter turns on are included."""

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
def test_a_role_allows_what_its_function_calls_and_nothing_else(
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


def test_the_artifact_knows_the_calls_that_a_role_allows_and_no_others(functions, statements_of, role_of):
    statements = [statement for name in functions for statement in statements_of(role_of(name))]
    allowed = {action for statement in statements for action in statement["Action"]}
    # IAM has another name for this one.
    assert AWS_CALLS - {"lambda:Invoke"} | {"lambda:InvokeFunction"} == allowed - PLATFORM


def test_a_function_that_the_api_calls_may_touch_nothing_outside_the_stack(
    template, statements_of, role_of, api_function
):
    for statement in statements_of(role_of(api_function)):
        if not UNLIMITED.issuperset(statement["Action"]):
            [[name]] = [resource.values() for resource in statement["Resource"]]
            assert name.removesuffix(".Arn") in template["Resources"]


def test_a_role_has_no_wildcard_but_where_aws_knows_no_narrower_one(template, statements_of, role):
    managed = template["Resources"][role]["Properties"].get("ManagedPolicyArns", [])
    assert managed == ([{"Fn::Sub": LOGS_POLICY}] if role == ACCOUNTS_ROLE else [])
    for statement in statements_of(role):
        assert statement["Effect"] == "Allow"
        assert statement.keys() <= {"Effect", "Action", "Resource", "Condition"}
        assert "*" not in str(statement["Action"])
        assert "*" not in statement["Resource"] or UNLIMITED.issuperset(statement["Action"])
        # `ARN*` of a function is also the ARN of every function whose name begins like it; `ARN:*` is its versions.
        assert not [it for it in statement["Resource"] if re.search(r"[^:/-]\*", str(it))]


def test_the_smoke_test_deletes_its_own_conversations_and_reports_to_its_own_stacks_groups(statements_of):
    statements = {it["Action"][0]: it for it in statements_of("SmokeTestRole")}
    # ForAllValues is true of a request that has none of the values, which is none of ours.
    assert statements["dynamodb:DeleteItem"]["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": f"{conversation.PREFIX}*"},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }
    [groups] = statements["codedeploy:PutLifecycleEventHookExecutionStatus"]["Resource"]
    arn, names = groups["Fn::Sub"]
    assert arn.endswith(":deploymentgroup:${Application}")
    assert names == {"Application": {"Fn::Sub": "${AWS::StackName}-ServerlessDeploymentApplication-*/*"}}


def test_a_role_can_be_taken_by_one_service_alone_and_for_this_account(template, role):
    [statement] = template["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    own_account = {"Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}}
    allowed = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ANY}}
    assert statement == allowed | ({} if role == ACCOUNTS_ROLE else own_account)
    assert re.fullmatch(r"[a-z]+\.amazonaws\.com", statement["Principal"]["Service"])


def test_a_function_writes_to_a_log_group_of_the_stack_alone_and_traces_where_tracing_is_on(
    template, functions, role_of, function
):
    [policy] = template["Resources"][role_of(function)]["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    name = functions[function]["LoggingConfig"]["LogGroup"]["Ref"]
    assert template["Resources"][name]["Type"] == "AWS::Logs::LogGroup"
    [writes] = [it for it in statements if "logs:PutLogEvents" in it.get("Action", "")]
    assert writes["Resource"] == {"Fn::GetAtt": f"{name}.Arn"}
    # In the role itself: Lambda refuses Active tracing to a role without it, and a policy of its own would come later.
    [[condition, traces, otherwise]] = [it["Fn::If"] for it in statements if "Fn::If" in it]
    assert (condition, otherwise) == ("WithTracing", {"Ref": "AWS::NoValue"})
    assert set(traces["Action"]) == {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}


def test_no_policy_comes_after_the_functions_that_wait_for_it(of_type):
    assert of_type("IAM::Policy") + of_type("IAM::ManagedPolicy") == []
