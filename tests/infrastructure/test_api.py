"""What the templates promise of the API: its errors are the contract's, and nobody gets past what stands before it."""

import json
import re

import boto3
import pytest

CONTRACT = {
    401: ("401-01", "Unauthorized"),
    403: ("403-01", "Forbidden"),
    404: ("404-01", "Not Found"),
    413: ("413-01", "Request Entity Too Large"),
    429: ("429-01", "Too Many Requests"),
    500: ("500-01", "Internal server error"),
    503: ("503-01", "Service Unavailable"),
}
STATUS = {
    "ACCESS_DENIED": 403,
    "API_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_CONFIGURATION_ERROR": 500,
    "AUTHORIZER_FAILURE": 500,
    "BAD_REQUEST_BODY": 400,
    "BAD_REQUEST_PARAMETERS": 400,
    "DEFAULT_4XX": 400,
    "DEFAULT_5XX": 500,
    "EXPIRED_TOKEN": 403,
    "INTEGRATION_FAILURE": 503,
    "INTEGRATION_TIMEOUT": 503,
    "INVALID_API_KEY": 403,
    "INVALID_SIGNATURE": 403,
    "MISSING_AUTHENTICATION_TOKEN": 404,
    "QUOTA_EXCEEDED": 429,
    "REQUEST_TOO_LARGE": 413,
    "RESOURCE_NOT_FOUND": 404,
    "THROTTLED": 429,
    "UNAUTHORIZED": 401,
    "UNSUPPORTED_MEDIA_TYPE": 400,
    "WAF_FILTERED": 403,
}
# The types that are a 5xx where nothing names them; all others are a 4xx.
SERVER_ERRORS = {kind for kind, status in STATUS.items() if status >= 500}
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


@pytest.fixture(params=STATUS)
def kind(request):
    return request.param


@pytest.fixture
def response(api, kind):
    """What API Gateway answers for a type: its own response, or that of the default for its kind."""
    default = "DEFAULT_5XX" if kind in SERVER_ERRORS else "DEFAULT_4XX"
    return api["GatewayResponses"].get(kind, api["GatewayResponses"][default])


def body_of(response):
    """Return the body as API Gateway renders it. Only the request id may vary: everything else would need escapes."""
    [(content_type, text)] = response["ResponseTemplates"].items()
    assert content_type == "application/json"
    rendered = text.replace("$context.requestId", REQUEST_ID)
    assert "$" not in rendered
    return json.loads(rendered)


def test_every_type_that_api_gateway_knows_has_a_status_here_and_no_other_is_named(api):
    known = boto3.client("apigateway").meta.service_model.shape_for("GatewayResponseType").enum
    assert STATUS.keys() == set(known)
    assert api["GatewayResponses"].keys() <= STATUS.keys()


def test_nothing_is_named_that_a_default_answers_alike(api):
    responses = api["GatewayResponses"]
    for kind in responses.keys() - {"DEFAULT_4XX", "DEFAULT_5XX"}:
        assert responses[kind] != responses["DEFAULT_5XX" if kind in SERVER_ERRORS else "DEFAULT_4XX"], kind


def test_each_response_has_the_contracts_status(response, kind):
    assert response["StatusCode"] == STATUS[kind]


def test_each_response_has_the_contracts_shape(response, kind):
    body = body_of(response)
    if STATUS[kind] == 400:
        error = body["result"].pop("error")
        assert body == {"result": {"eventId": REQUEST_ID}}
        assert re.fullmatch(r"FAIL_BAD_PARAMS: ERROR: \w+: must be .+", error)
    else:
        code, message = CONTRACT[STATUS[kind]]
        assert body == {"error": {"requestId": REQUEST_ID, "code": code, "message": message}}


def test_no_response_is_kept_and_429_and_503_alone_say_when_to_come_again(response, kind):
    # A static value stands in quotes of its own; without them API Gateway looks for a variable of that name.
    headers = dict(response["ResponseParameters"]["Headers"])
    assert headers.pop("Cache-Control") == "'no-store'"
    assert headers == ({"Retry-After": "'1'"} if STATUS[kind] in {429, 503} else {})


def test_every_route_is_behind_the_authorizer(api, template):
    auth = api["Auth"]
    assert auth["DefaultAuthorizer"] in auth["Authorizers"]
    assert "AddDefaultAuthorizerToCorsPreflight" not in auth
    for resource in template["Resources"].values():
        for source in resource.get("Properties", {}).get("Events", {}).values():
            assert source["Properties"]["RestApiId"] == {"Ref": "Api"}
            assert "Auth" not in source["Properties"]


def test_the_authorizer_asks_for_both_headers_and_is_cached_within_the_contracts_five_minutes(api, template):
    [authorizer] = api["Auth"]["Authorizers"].values()
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
    variables = json.loads(api["AccessLogSetting"]["Format"]).values()
    # The one that a caller can choose, which the function's lines carry, and the one that nobody can.
    assert {"$context.requestId", "$context.extendedRequestId"} <= set(variables)
    assert {variable.removeprefix("$context.") for variable in variables} <= SAFE_IN_JSON
    [log_group] = [api["AccessLogSetting"]["DestinationArn"]["Fn::GetAtt"].removesuffix(".Arn")]
    assert template["Resources"][log_group]["Type"] == "AWS::Logs::LogGroup"


def test_api_gateway_writes_logs_with_the_policy_that_it_checks_for(template):
    policies = template["Resources"]["ApiGatewayLogRole"]["Properties"]["ManagedPolicyArns"]
    arn = "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    assert policies == [{"Fn::Sub": arn}]


def test_there_is_no_stage_but_live(of_type):
    """Without OpenApiVersion SAM's deployment opens a second one, with neither throttling nor log nor alarm."""
    deployments = of_type("ApiGateway::Deployment")
    assert deployments
    assert not [deployment for deployment in deployments if "StageName" in deployment]
    assert [stage["StageName"] for stage in of_type("ApiGateway::Stage")] == ["live"]


def test_every_route_of_the_stage_is_throttled_and_measured(api):
    [setting] = api["MethodSettings"]
    assert (setting["ResourcePath"], setting["HttpMethod"]) == ("/*", "*")
    assert setting["MetricsEnabled"] is True
    assert {"ThrottlingRateLimit", "ThrottlingBurstLimit"} <= setting.keys()
    # A full request log would hold bodies and headers.
    assert setting.keys().isdisjoint({"LoggingLevel", "DataTraceEnabled"})


def test_tls_begins_at_1_2_on_both_addresses(of_type):
    assert [api["SecurityPolicy"] for api in of_type("ApiGateway::RestApi")] == ["TLS_1_2"]
    assert [domain["SecurityPolicy"] for domain in of_type("ApiGateway::DomainName")] == ["TLS_1_2"]


def test_the_address_of_the_domain_is_the_routes_own_path(template):
    """Without a base path the URL is https://HOST/metadata-ingestion/v1/…: the routes say the rest."""
    mapping = template["Resources"]["DomainMapping"]["Properties"]
    sources = [it.get("Properties", {}).get("Events", {}).values() for it in template["Resources"].values()]
    paths = [source["Properties"]["Path"] for events in sources for source in events]
    assert mapping["Stage"] == {"Ref": "Api.Stage"}
    assert "BasePath" not in mapping
    assert len(paths) == 3
    assert all(path.startswith("/metadata-ingestion/v1/") for path in paths)


def test_a_domain_leaves_the_old_address_on_until_somebody_switches_it_off(api, template):
    assert api["DisableExecuteApiEndpoint"] == {"Fn::If": ["WithoutDefaultEndpoint", True, False]}
    assert "DomainName" not in repr(template["Conditions"]["WithoutDefaultEndpoint"])
    assert template["Parameters"]["DisableDefaultEndpoint"]["Default"] == "false"
    # Not both at once: no address would be left.
    assert template["Rules"]["AnAddressIsLeft"]["RuleCondition"] == {
        "Fn::Equals": [{"Ref": "DisableDefaultEndpoint"}, "true"]
    }


def test_nobody_can_use_up_a_clients_rate_from_another_address(template):
    rules = {rule["Name"]: rule["Statement"] for rule in template["Resources"]["WebAcl"]["Properties"]["Rules"]}
    by_client = rules["ClientRate"]["RateBasedStatement"]
    assert [next(iter(key)) for key in by_client["CustomKeys"]] == ["Header", "IP"]
    # Else the address's rate would always be met first.
    defaults = {name: template["Parameters"][name]["Default"] for name in ("FirewallClientRate", "FirewallAddressRate")}
    assert defaults["FirewallClientRate"] < defaults["FirewallAddressRate"]
