"""What the templates promise of the API: its errors are the contract's, and nobody gets past what stands before it."""

import json
import re

import boto3
import pytest
from oracle import ERRORS, WITH_RETRY_AFTER

# The contract's errors that API Gateway gives, by their status.
CONTRACT = {status: (code, message) for code, (status, message) in ERRORS.items() if code.endswith("-01")}
STATUS = {
    400: ["BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS", "DEFAULT_4XX", "UNSUPPORTED_MEDIA_TYPE"],
    401: ["UNAUTHORIZED"],
    403: ["ACCESS_DENIED", "EXPIRED_TOKEN", "INVALID_API_KEY", "INVALID_SIGNATURE", "WAF_FILTERED"],
    404: ["MISSING_AUTHENTICATION_TOKEN", "RESOURCE_NOT_FOUND"],
    413: ["REQUEST_TOO_LARGE"],
    429: ["QUOTA_EXCEEDED", "THROTTLED"],
    500: ["API_CONFIGURATION_ERROR", "AUTHORIZER_CONFIGURATION_ERROR", "AUTHORIZER_FAILURE", "DEFAULT_5XX"],
    503: ["INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT"],
}
KINDS = {kind: status for status, kinds in STATUS.items() for kind in kinds}
REQUEST_ID = "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"
# What API Gateway itself makes. All else that it could log is a caller's text, and might hold a quotation mark.
SAFE_IN_JSON = {
    "authorizer.latency", "authorizer.principalId", "authorizer.status", "error.responseType", "extendedRequestId",
    "httpMethod", "identity.sourceIp", "integration.latency", "integration.status", "requestId", "requestTime",
    "resourcePath", "responseLatency", "status",
}  # fmt: skip


@pytest.fixture(scope="module")
def api(template):
    return template["Resources"]["Api"]["Properties"]


def test_every_type_that_api_gateway_knows_has_a_status_here_and_no_other_is_named(api):
    known = boto3.client("apigateway").meta.service_model.shape_for("GatewayResponseType").enum
    assert KINDS.keys() == set(known)
    assert api["GatewayResponses"].keys() <= KINDS.keys()


@pytest.mark.parametrize(("kind", "status"), KINDS.items())
def test_each_response_of_api_gateways_own_is_the_contracts(api, kind, status):
    responses = api["GatewayResponses"]
    response = responses.get(kind, responses["DEFAULT_5XX" if status >= 500 else "DEFAULT_4XX"])
    assert response["StatusCode"] == status
    # A static value stands in quotes of its own; without them API Gateway looks for a variable of that name.
    headers = {"Cache-Control": "'no-store'"} | ({"Retry-After": "'1'"} if status in WITH_RETRY_AFTER else {})
    assert response["ResponseParameters"]["Headers"] == headers
    [(content_type, text)] = response["ResponseTemplates"].items()
    assert content_type == "application/json"
    rendered = text.replace("$context.requestId", REQUEST_ID)
    # Everything else that varies would need escapes.
    assert "$" not in rendered
    body = json.loads(rendered)
    if status == 400:
        error = body["result"].pop("error")
        assert body == {"result": {"eventId": REQUEST_ID}}
        assert re.fullmatch(r"FAIL_BAD_PARAMS: ERROR: \w+: must be .+", error)
    else:
        code, message = CONTRACT[status]
        assert body == {"error": {"requestId": REQUEST_ID, "code": code, "message": message}}


def test_every_route_is_behind_the_authorizer_and_below_the_domains_own_address(of_type):
    """Without a base path the URL is https://HOST/metadata-ingestion/v1/…: the routes say the rest."""
    [api] = of_type("ApiGateway::RestApi")
    paths = api["Body"]["paths"]
    assert len(paths) == 3
    assert all(path.startswith("/metadata-ingestion/v1/") for path in paths)
    methods = [method for path in paths.values() for method in path.values()]
    assert [method["security"] for method in methods] == [[{"Credentials": []}]] * 3
    [mapping] = of_type("ApiGateway::BasePathMapping")
    assert mapping == {"DomainName": {"Ref": "Domain"}, "RestApiId": {"Ref": "Api"}, "Stage": {"Ref": "ApiliveStage"}}


def test_the_authorizer_asks_for_both_headers_and_is_cached_within_the_contracts_five_minutes(api, template):
    [authorizer] = api["Auth"]["Authorizers"].values()
    assert authorizer["FunctionArn"] == {"Ref": "AuthorizerFunction.Alias"}
    assert authorizer["FunctionPayloadType"] == "REQUEST"
    assert authorizer["Identity"]["Headers"] == ["asapp-api-id", "asapp-api-secret"]
    cached = template["Parameters"][authorizer["Identity"]["ReauthorizeEvery"]["Ref"]]
    # Without a cache API Gateway would not answer a missing header with a 401 of its own.
    assert cached["MinValue"] >= 1
    authorizer_function = template["Resources"]["AuthorizerFunction"]["Properties"]
    remembered = int(authorizer_function["Environment"]["Variables"]["CREDENTIALS_CACHE_SECONDS"])
    assert cached["Default"] + remembered <= 300
    # API Gateway keeps nothing for longer than an hour.
    assert cached["MaxValue"] <= 3600


def test_the_access_log_is_json_whatever_a_caller_sends_and_never_has_a_header_or_a_body(api, template):
    variables = {it.removeprefix("$context.") for it in json.loads(api["AccessLogSetting"]["Format"]).values()}
    # The one that a caller can choose, which the function's lines carry, and the one that nobody can.
    assert {"requestId", "extendedRequestId"} <= variables <= SAFE_IN_JSON
    log_group = api["AccessLogSetting"]["DestinationArn"]["Fn::GetAtt"].removesuffix(".Arn")
    assert template["Resources"][log_group]["Type"] == "AWS::Logs::LogGroup"


def test_there_is_no_stage_but_live_all_of_it_throttled_and_measured_and_tls_begins_at_1_2(api, of_type):
    # Without OpenApiVersion SAM's deployment opens a second one, with neither throttling nor log nor alarm.
    assert not [deployment for deployment in of_type("ApiGateway::Deployment") if "StageName" in deployment]
    assert [stage["StageName"] for stage in of_type("ApiGateway::Stage")] == ["live"]
    throttling = {f"Throttling{it}Limit": {"Ref": f"Throttle{it}"} for it in ("Rate", "Burst")}
    # A full request log, which is not among these, would hold bodies and headers.
    assert api["MethodSettings"] == [{"ResourcePath": "/*", "HttpMethod": "*", "MetricsEnabled": True} | throttling]
    addresses = of_type("ApiGateway::RestApi") + of_type("ApiGateway::DomainName")
    assert [address["SecurityPolicy"] for address in addresses] == ["TLS_1_2", "TLS_1_2"]


def test_a_domain_leaves_the_old_address_on_until_somebody_switches_it_off(api, template):
    assert api["DisableExecuteApiEndpoint"] == {"Fn::If": ["WithoutDefaultEndpoint", True, False]}
    assert "DomainName" not in repr(template["Conditions"]["WithoutDefaultEndpoint"])
    assert template["Parameters"]["DisableDefaultEndpoint"]["Default"] == "false"
    # Not both at once: no address would be left.
    assert template["Rules"]["AnAddressIsLeft"]["RuleCondition"] == template["Conditions"]["WithoutDefaultEndpoint"]


def test_nobody_can_use_up_a_clients_rate_from_another_address(template):
    rules = {rule["Name"]: rule["Statement"] for rule in template["Resources"]["WebAcl"]["Properties"]["Rules"]}
    assert [next(iter(key)) for key in rules["ClientRate"]["RateBasedStatement"]["CustomKeys"]] == ["Header", "IP"]
    # Else the address's rate would always be met first.
    parameters = template["Parameters"]
    assert parameters["FirewallClientRate"]["Default"] < parameters["FirewallAddressRate"]["Default"]
