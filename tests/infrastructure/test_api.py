"""What the template promises of the API: its errors are the contract's, and nobody gets past the authorizer."""

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
REQUEST_ID = "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"


@pytest.fixture
def api(template):
    return template["Resources"]["Api"]["Properties"]


def body_of(response):
    """Return the body as API Gateway renders it. Only the request id may vary: everything else would need escapes."""
    [(content_type, text)] = response["ResponseTemplates"].items()
    assert content_type == "application/json"
    rendered = text.replace("$context.requestId", REQUEST_ID)
    assert "$" not in rendered
    return json.loads(rendered)


def test_there_is_a_response_for_every_type_that_api_gateway_knows_and_for_no_other(api):
    model = boto3.client("apigateway").meta.service_model
    assert sorted(api["GatewayResponses"]) == sorted(model.shape_for("GatewayResponseType").enum)


@pytest.mark.parametrize("kind", STATUS)
def test_each_response_has_the_contracts_status(api, kind):
    assert api["GatewayResponses"][kind]["StatusCode"] == STATUS[kind]


@pytest.mark.parametrize("kind", STATUS)
def test_each_response_has_the_contracts_shape(api, kind):
    body = body_of(api["GatewayResponses"][kind])
    if STATUS[kind] == 400:
        error = body["result"].pop("error")
        assert body == {"result": {"eventId": REQUEST_ID}}
        assert re.fullmatch(r"FAIL_BAD_PARAMS: ERROR: \w+: must be .+", error)
    else:
        code, message = CONTRACT[STATUS[kind]]
        assert body == {"error": {"requestId": REQUEST_ID, "code": code, "message": message}}


@pytest.mark.parametrize("kind", STATUS)
def test_retry_after_comes_with_429_and_503_alone_and_is_quoted_for_api_gateway_too(api, kind):
    headers = api["GatewayResponses"][kind].get("ResponseParameters", {}).get("Headers", {})
    if STATUS[kind] in {429, 503}:
        # A static value stands in quotes of its own; without them API Gateway looks for a variable of that name.
        assert re.fullmatch(r"'[1-9]\d*'", headers["Retry-After"])
    else:
        assert "Retry-After" not in headers


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


def test_the_access_log_is_json_with_the_request_and_never_a_header_or_a_body(api, template):
    log_format = api["AccessLogSetting"]["Format"]
    variables = json.loads(log_format).values()
    assert "$context.requestId" in variables
    assert all(re.fullmatch(r"\$context\.[A-Za-z.]+", variable) for variable in variables)
    [log_group] = [api["AccessLogSetting"]["DestinationArn"]["Fn::GetAtt"].removesuffix(".Arn")]
    assert template["Resources"][log_group]["Type"] == "AWS::Logs::LogGroup"


def test_every_route_of_the_stage_is_throttled_and_measured(api):
    [setting] = api["MethodSettings"]
    assert (setting["ResourcePath"], setting["HttpMethod"]) == ("/*", "*")
    assert setting["MetricsEnabled"] is True
    assert {"ThrottlingRateLimit", "ThrottlingBurstLimit"} <= setting.keys()
    # A full request log would hold bodies and headers.
    assert setting.keys().isdisjoint({"LoggingLevel", "DataTraceEnabled"})
