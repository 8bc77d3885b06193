"""The API's own errors have the contract's shape, and every request passes the authorizer, throttling and firewall."""

import json
import re

import boto3
import pytest
from oracle import ERRORS, WITH_RETRY_AFTER, checked

# The contract's errors that API Gateway itself returns, by status.
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
# Of the managed rule groups in use, the rules that inspect a body or a query string.
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
ABOUT_BODIES_AND_QUERIES = {
    "JavaDeserializationRCE_BODY", "JavaDeserializationRCE_QUERYSTRING", "Log4JRCE_BODY", "Log4JRCE_QUERYSTRING",
    "ReactJSRCE_BODY",
}  # fmt: skip
REQUEST_ID = "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"
# API Gateway's own values. Any other variable may contain text from the caller, such as a quotation mark.
SAFE_IN_JSON = {
    "authorizer.latency", "authorizer.principalId", "authorizer.status", "error.responseType", "extendedRequestId",
    "httpMethod", "identity.sourceIp", "integration.latency", "integration.status", "requestId", "requestTime",
    "resourcePath", "responseLatency", "status",
}  # fmt: skip


@pytest.fixture(scope="module")
def api(template):
    return template["Resources"]["Api"]["Properties"]


def test_every_gateway_response_type_has_a_status(api):
    known = boto3.client("apigateway").meta.service_model.shape_for("GatewayResponseType").enum
    assert KINDS.keys() == set(known)
    assert api["GatewayResponses"].keys() <= KINDS.keys()


@pytest.mark.parametrize(("kind", "status"), KINDS.items())
def test_gateway_responses_have_the_contracts_shape(api, kind, status):
    responses = api["GatewayResponses"]
    response = responses.get(kind, responses["DEFAULT_5XX" if status >= 500 else "DEFAULT_4XX"])
    assert response["StatusCode"] == status
    # Without inner quotes API Gateway looks for a variable of that name.
    headers = {"Cache-Control": "'no-store'"} | ({"Retry-After": "'1'"} if status in WITH_RETRY_AFTER else {})
    assert response["ResponseParameters"]["Headers"] == headers
    [(content_type, text)] = response["ResponseTemplates"].items()
    assert content_type == "application/json"
    rendered = text.replace("$context.requestId", REQUEST_ID)
    # Any other variable would need escaping.
    assert "$" not in rendered
    body = json.loads(rendered)
    if status == 400:
        error = body["result"].pop("error")
        assert body == {"result": {"eventId": REQUEST_ID}}
        assert re.fullmatch(r"FAIL_BAD_PARAMS: ERROR: \w+: must be .+", error)
    else:
        code, message = CONTRACT[status]
        assert body == {"error": {"requestId": REQUEST_ID, "code": code, "message": message}}


def test_every_route_requires_the_authorizer(of_type):
    [api] = of_type("ApiGateway::RestApi")
    paths = api["Body"]["paths"]
    assert len(paths) == 3
    assert all(path.startswith("/metadata-ingestion/v1/") for path in paths)
    methods = [method for path in paths.values() for method in path.values()]
    assert [method["security"] for method in methods] == [[{"Credentials": []}]] * 3


def test_the_domain_has_no_base_path_because_the_routes_include_it(of_type):
    [mapping] = of_type("ApiGateway::BasePathMapping")
    assert mapping == {"DomainName": {"Ref": "Domain"}, "RestApiId": {"Ref": "Api"}, "Stage": {"Ref": "ApiliveStage"}}


def test_authorizer_requires_both_credential_headers(api):
    [authorizer] = api["Auth"]["Authorizers"].values()
    assert authorizer["FunctionArn"] == {"Ref": "AuthorizerFunction.Alias"}
    assert authorizer["FunctionPayloadType"] == "REQUEST"
    assert authorizer["Identity"]["Headers"] == ["asapp-api-id", "asapp-api-secret"]


def test_authorizer_caches_expire_within_five_minutes(api, template):
    [authorizer] = api["Auth"]["Authorizers"].values()
    cached = template["Parameters"][authorizer["Identity"]["ReauthorizeEvery"]["Ref"]]
    # Without a cache, API Gateway does not answer a missing header with a 401 itself.
    assert cached["MinValue"] >= 1
    authorizer_function = template["Resources"]["AuthorizerFunction"]["Properties"]
    own_cache = int(authorizer_function["Environment"]["Variables"]["CREDENTIALS_CACHE_SECONDS"])
    assert cached["Default"] + own_cache <= 300
    # API Gateway's maximum is an hour.
    assert cached["MaxValue"] <= 3600


def test_access_log_is_valid_json_and_contains_no_headers_or_bodies(api):
    variables = {it.removeprefix("$context.") for it in json.loads(api["AccessLogSetting"]["Format"]).values()}
    # A caller can set the first one, which the functions log too, but not the second one.
    assert {"requestId", "extendedRequestId"} <= variables <= SAFE_IN_JSON


def test_live_is_the_only_stage(of_type):
    # Without OpenApiVersion, SAM's deployment adds a second stage without throttling, logs and alarms.
    assert not [deployment for deployment in of_type("ApiGateway::Deployment") if "StageName" in deployment]
    assert [stage["StageName"] for stage in of_type("ApiGateway::Stage")] == ["live"]


def test_every_method_is_throttled_and_has_metrics(of_type):
    [stage] = of_type("ApiGateway::Stage")
    [every_method] = stage["MethodSettings"]
    throttling = {f"Throttling{it}Limit": {"Ref": f"Throttle{it}"} for it in ("Rate", "Burst")}
    # No data trace: the execution log would contain bodies and headers.
    assert every_method == {"ResourcePath": "/*", "HttpMethod": "*", "MetricsEnabled": True} | throttling


def test_api_and_custom_domain_require_tls_1_2(of_type):
    endpoints = of_type("ApiGateway::RestApi") + of_type("ApiGateway::DomainName")
    assert [endpoint["SecurityPolicy"] for endpoint in endpoints] == ["TLS_1_2", "TLS_1_2"]


def test_the_default_endpoint_is_never_disabled_without_a_domain(api, template):
    assert api["DisableExecuteApiEndpoint"] == {"Fn::If": ["WithoutDefaultEndpoint", True, False]}
    assert template["Rules"]["AnAddressIsLeft"]["RuleCondition"] == template["Conditions"]["WithoutDefaultEndpoint"]


@pytest.fixture(scope="module")
def firewall(template):
    return template["Resources"]["WebAcl"]["Properties"]


@pytest.fixture(scope="module")
def rules(firewall):
    return {rule["Name"]: rule for rule in firewall["Rules"]}


def test_nobody_can_use_up_a_clients_rate_from_another_address(rules, template):
    keys = rules["ClientRate"]["Statement"]["RateBasedStatement"]["CustomKeys"]
    assert [next(iter(key)) for key in keys] == ["Header", "IP"]
    # Otherwise requests would always reach the address's rate first.
    parameters = template["Parameters"]
    assert parameters["FirewallClientRate"]["Default"] < parameters["FirewallAddressRate"]["Default"]


@pytest.mark.parametrize("name", ["AddressRate", "ClientRate"])
def test_a_rate_of_the_firewall_answers_with_the_contracts_429(firewall, rules, name):
    """Senders do not retry a 403, so they would lose what the firewall throttles."""
    response = rules[name]["Action"]["Block"]["CustomResponse"]
    body = firewall["CustomResponseBodies"][response["CustomResponseBodyKey"]]
    assert body["ContentType"] == "APPLICATION_JSON"
    headers = {header["Name"]: header["Value"] for header in response["ResponseHeaders"]}
    # WAF has no variable for the request id.
    text = body["Content"].replace('"requestId":""', f'"requestId":"{REQUEST_ID}"')
    assert REQUEST_ID in text
    checked(response["ResponseCode"], headers | {"Content-Type": "application/json"}, text)
    assert response["ResponseCode"] == 429


def test_the_firewall_blocks_no_text_of_a_submission(rules):
    """A body with "${jndi:" would get a 403 each time."""
    groups = [it["Statement"]["ManagedRuleGroupStatement"] for it in rules.values() if "OverrideAction" in it]
    assert {group["Name"] for group in groups} == {
        "AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet"
    }  # fmt: skip
    counted = {
        it["Name"]
        for group in groups
        for it in group.get("RuleActionOverrides", [])
        if it["ActionToUse"] == {"Count": {}}
    }
    assert counted == ABOUT_BODIES_AND_QUERIES
