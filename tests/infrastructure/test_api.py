"""The API's own errors have the contract's shape, and every request passes the authorizer, throttling and firewall."""

import json
import re

import pytest

from tests.conftest import ROOT, TEMPLATE
from tests.infrastructure.cloudformation import FUNCTIONS, translate
from tools.contract import checked

API = TEMPLATE["Resources"]["Api"]["Properties"]
FIREWALL = TEMPLATE["Resources"]["WebAcl"]["Properties"]
RULES = {rule["Name"]: rule for rule in FIREWALL["Rules"]}
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
# Of the managed rule groups in use, the rules that inspect a body or a query string.
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
ABOUT_BODIES_AND_QUERIES = {
    "JavaDeserializationRCE_BODY", "JavaDeserializationRCE_QUERYSTRING", "Log4JRCE_BODY", "Log4JRCE_QUERYSTRING",
    "ReactJSRCE_BODY",
}  # fmt: skip
# API Gateway's own values. Any other variable may contain text from the caller, such as a quotation mark.
SAFE_IN_JSON = {
    "authorizer.latency", "authorizer.principalId", "authorizer.status", "error.responseType", "extendedRequestId",
    "httpMethod", "identity.sourceIp", "integration.latency", "integration.status", "requestId", "requestTime",
    "resourcePath", "responseLatency", "status",
}  # fmt: skip


@pytest.fixture(scope="module")
def of_type(tools):  # noqa: ARG001 -- SAM's translator is among them
    """Returns the properties of all resources of a type that SAM makes of the template."""
    [translation] = translate(((ROOT / "template.yaml").read_text(), {}))
    resources = translation["Resources"].values()
    return lambda kind: [it["Properties"] for it in resources if it["Type"] == f"AWS::ApiGateway::{kind}"]


@pytest.mark.parametrize(("status", "kind"), [(status, kind) for status, kinds in STATUS.items() for kind in kinds])
def test_gateway_responses_have_the_contracts_shape(status, kind):
    responses = API["GatewayResponses"]
    response = responses.get(kind, responses["DEFAULT_5XX" if status >= 500 else "DEFAULT_4XX"])
    # Without inner quotes API Gateway looks for a variable of that name.
    headers = {
        name: re.fullmatch("'(.+)'", value)[1] for name, value in response["ResponseParameters"]["Headers"].items()
    }
    [(content_type, text)] = response["ResponseTemplates"].items()
    text = text.replace("$context.requestId", "id")
    # Any other variable would need escaping.
    assert "$" not in text
    assert response["StatusCode"] == status
    checked(status, headers | {"Content-Type": content_type}, text)


@pytest.mark.parametrize("name", ["AddressRate", "ClientRate"])
def test_a_rate_of_the_firewall_answers_with_the_contracts_429(name):
    """Senders do not retry a 403, so they would lose what the firewall throttles."""
    response = RULES[name]["Action"]["Block"]["CustomResponse"]
    body = FIREWALL["CustomResponseBodies"][response["CustomResponseBodyKey"]]
    assert (body["ContentType"], response["ResponseCode"]) == ("APPLICATION_JSON", 429)
    headers = {header["Name"]: header["Value"] for header in response["ResponseHeaders"]}
    # WAF has no variable for the request id.
    text = body["Content"].replace('"requestId":""', '"requestId":"id"')
    checked(429, headers | {"Content-Type": "application/json"}, text)


def test_nobody_can_use_up_a_clients_rate_from_another_address():
    keys = RULES["ClientRate"]["Statement"]["RateBasedStatement"]["CustomKeys"]
    assert [next(iter(key)) for key in keys] == ["Header", "IP"]
    # Otherwise requests would always reach the address's rate first.
    parameters = TEMPLATE["Parameters"]
    assert parameters["FirewallClientRate"]["Default"] < parameters["FirewallAddressRate"]["Default"]


def test_the_firewall_blocks_no_text_of_a_submission():
    """A body with "${jndi:" would get a 403 each time."""
    groups = [it["Statement"]["ManagedRuleGroupStatement"] for it in RULES.values() if "OverrideAction" in it]
    overrides = {group["Name"]: group.get("RuleActionOverrides", []) for group in groups}
    assert overrides.keys() == {"AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet"}
    counted = {it["Name"] for each in overrides.values() for it in each if it["ActionToUse"] == {"Count": {}}}
    assert counted == ABOUT_BODIES_AND_QUERIES


def test_every_route_requires_the_authorizer_which_requires_both_headers(of_type):
    [api] = of_type("RestApi")
    assert all(path.startswith("/metadata-ingestion/v1/") for path in api["Body"]["paths"])
    methods = [method for path in api["Body"]["paths"].values() for method in path.values()]
    assert [method["security"] for method in methods] == [[{"Credentials": []}]] * 3
    [authorizer] = api["Body"]["components"]["securitySchemes"].values()
    settings = authorizer["x-amazon-apigateway-authorizer"]
    assert settings["identitySource"] == "method.request.header.asapp-api-id, method.request.header.asapp-api-secret"
    assert settings["type"] == "request"
    assert "AuthorizerFunctionAliaslive" in str(settings["authorizerUri"])


def test_authorizer_caches_expire_within_five_minutes():
    [authorizer] = API["Auth"]["Authorizers"].values()
    cached = TEMPLATE["Parameters"][authorizer["Identity"]["ReauthorizeEvery"]["Ref"]]
    # Without a cache, API Gateway does not answer a missing header with a 401 itself. Its maximum is an hour.
    assert 1 <= cached["MinValue"] <= cached["MaxValue"] <= 3600
    own_cache = FUNCTIONS["AuthorizerFunction"]["Environment"]["Variables"]["CREDENTIALS_CACHE_SECONDS"]
    assert cached["Default"] + int(own_cache) <= 300


def test_access_log_is_valid_json_and_contains_no_headers_or_bodies():
    variables = {it.removeprefix("$context.") for it in json.loads(API["AccessLogSetting"]["Format"]).values()}
    # A caller can set the first one, which the functions log too, but not the second one.
    assert {"requestId", "extendedRequestId"} <= variables <= SAFE_IN_JSON


def test_the_only_stage_throttles_and_measures_every_method(of_type):
    # Without OpenApiVersion, SAM's deployment adds a second stage without throttling, logs and alarms.
    assert not [deployment for deployment in of_type("Deployment") if "StageName" in deployment]
    [stage] = of_type("Stage")
    assert stage["StageName"] == "live"
    throttling = {f"Throttling{it}Limit": {"Ref": f"Throttle{it}"} for it in ("Rate", "Burst")}
    # No data trace: the execution log would contain bodies and headers.
    assert stage["MethodSettings"] == [{"ResourcePath": "/*", "HttpMethod": "*", "MetricsEnabled": True} | throttling]


def test_api_and_custom_domain_require_tls_1_2(of_type):
    endpoints = of_type("RestApi") + of_type("DomainName")
    assert [endpoint["SecurityPolicy"] for endpoint in endpoints] == ["TLS_1_2", "TLS_1_2"]


def test_the_domain_has_no_base_path_because_the_routes_include_it(of_type):
    assert [it.keys() for it in of_type("BasePathMapping")] == [{"DomainName", "RestApiId", "Stage"}]


def test_the_default_endpoint_is_never_disabled_without_a_domain():
    assert API["DisableExecuteApiEndpoint"] == {"Fn::If": ["WithoutDefaultEndpoint", True, False]}
    assert TEMPLATE["Rules"]["AnAddressIsLeft"]["RuleCondition"] == TEMPLATE["Conditions"]["WithoutDefaultEndpoint"]
