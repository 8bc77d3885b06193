"""The guard of the local stack: without the session token, a request can only call the deployed API."""

import socket
from contextlib import closing
from http.client import HTTPResponse
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tools.local import programs
from tools.local.emulated_aws import client
from tools.local.emulator import emulating
from tools.local.programs import API_ID, STAGE, session_token
from tools.local.stack import private_files

HEALTH = "/_ministack/health"
ORIGINS = [{"Origin": origin} for origin in ("null", "http://127.0.0.1", "https://a.example")]
SITES = [{"Sec-Fetch-Site": site} for site in ("cross-site", "same-site", "same-origin", "")]
FOREIGN = [{"Host": host} for host in ("a.example:80", "127.0.0.1.a.example", "localhost:80@a.example", "")]
OWN = ["localhost", "localhost:4566", "127.0.0.1", "host.docker.internal:4566"]

# What the emulator's dispatcher looks at, before and after it looks for an API.
SERVICES = ["secretsmanager", "lambda", "s3", "execute-api", "cloudformation", "dynamodb"]
PARTS = [
    "/", "//", "/.", "/..", "/%2e%2e", "/%2F", "/%00", "%0a", "%0d%0a", "*", "?", "/live", "/_user_request_",
    "/restapis/c0ffee00/live", "/restapis/x/y/_user_request_", "/_aws/execute-api/x/live", "/_ministack/reset",
    "/_ministack/health", "/_ministack/rds/iam-auth", "/_ministack/lambda-code/x", "/health", "/_localstack/health",
    "/.well-known/jwks.json", "/oauth2/userInfo", "/2015-03-31/functions", "/iceberg", "/v20180820/mrap/instances",
    "/v2/email", "/v2/x/manifests/y", "/Execute", "/_alb/x", "/WriteGetObjectResponse", "/@connections/x",
    "/bucket/key", "http://127.0.0.1", "http://secretsmanager.localhost",
    "/metadata-ingestion/v1/single-convo-metadata",
]  # fmt: skip
QUERIES = ["", "Action=ListSecrets", "Action=CreateStack&StackName=x", "X-Amz-Credential=t/1/us-east-1/s3/aws4_request"]
SIGNED = [f"AWS4-HMAC-SHA256 Credential=test/1/us-east-1/{name}/aws4_request" for name in SERVICES]
HEADERS = [
    *(("Authorization", value) for value in [*SIGNED, "AWS test:x", "Basic x"]),
    *(("Host", f"{name}.localhost") for name in [*SERVICES, f"{API_ID}.execute-api", "bucket.s3"]),
    *(("Host", host) for host in OWN * 4),
    ("Content-Encoding", "aws-chunked"), ("Content-Type", "application/x-amz-json-1.1"), ("Sec-Fetch-Site", "none"),
    ("Sec-Fetch-Site", "cross-site"), ("X-Amz-Content-Sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
    ("X-Amz-Request-Route", "x"), ("X-Amz-Security-Token", ""), ("X-Amz-Security-Token", "another"),
    ("X-Amz-Target", "secretsmanager.ListSecrets"), ("X-Amz-Target", "DynamoDB_20120810.ListTables"),
    ("X-Forwarded-Host", "secretsmanager.localhost"), ("X-Forwarded-Proto", "https"),
]  # fmt: skip
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT"]
TEXT = st.text(max_size=8).map(quote)
TARGETS = st.lists(st.sampled_from(PARTS) | TEXT, min_size=1, max_size=5).map("".join)
FIELDS = st.lists(st.sampled_from(HEADERS), max_size=5)


@pytest.fixture(scope="module")
def emulator(tools, tmp_path_factory):  # noqa: ARG001 -- it is one of them
    """The endpoint of an emulator with an API. It has no routes, and marks its responses."""
    with emulating(tmp_path_factory.mktemp("emulator"), None) as endpoint:
        # Before an API is deployed, requests reach nothing.
        for target in ("/", HEALTH, "/restapis", "/_ministack/reset"):
            assert send(endpoint, "POST", target, ("X-Amz-Target", "secretsmanager.ListSecrets")) == (404, False)
        gateway = client("apigateway", endpoint)
        gateway.create_rest_api(name="api", tags={"ms-custom-id": API_ID})
        parameters = {"gatewayresponse.header.answered-by": "'the API'"}
        for kind in ("DEFAULT_4XX", "MISSING_AUTHENTICATION_TOKEN"):
            gateway.put_gateway_response(restApiId=API_ID, responseType=kind, responseParameters=parameters)
        gateway.create_deployment(restApiId=API_ID, stageName=STAGE)
        yield endpoint


def send(endpoint, method, target, *fields, body=b""):
    """Send a request unchanged. Return the status of the response, and whether it is the API's."""
    address = urlsplit(endpoint)
    own = [("Content-Length", str(len(body))), ("Connection", "close"), ("Host", address.netloc)]
    sent = [*fields, *own[: 2 if "Host" in dict(fields) else 3]]
    head = "".join(f"{name}: {value}\r\n" for name, value in sent)
    with closing(socket.create_connection((address.hostname, address.port), timeout=30)) as connection:
        connection.sendall(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body)
        response = HTTPResponse(connection, method=method)
        response.begin()
        return response.status, response.headers["answered-by"] == "the API"


@settings(max_examples=1_000)
@example("POST", "/restapis/x/y/_user_request_%0a", "", [("X-Amz-Target", "secretsmanager.ListSecrets")])
@example("GET", "/restapis/x/y/_user_request_%0a", "Action=CreateStack&StackName=x", [])
@given(st.sampled_from(METHODS), TARGETS, st.sampled_from(QUERIES), FIELDS)
def test_a_request_without_the_token_is_refused_or_calls_the_api(emulator, method, target, query, fields):
    status, by_the_api = send(emulator, method, f"{target}?{query}", *fields, body=b"Action=ListSecrets")

    # 400: the HTTP server refuses two Hosts. 410: API Gateway has no such WebSocket connection.
    two_hosts = [name for name, _ in fields].count("Host") > 1
    assert by_the_api or status in {403, 410, 421} or (status == 400 and two_hosts)


@pytest.mark.parametrize("header", ORIGINS + SITES + FOREIGN)
def test_a_web_page_and_a_foreign_name_are_refused_even_with_the_token(emulator, header):
    for token in ([], [("X-Amz-Security-Token", session_token())]):
        for method in ("GET", "POST", "OPTIONS"):
            assert send(emulator, method, HEALTH, *token, *header.items())[0] == 421


@pytest.mark.parametrize("host", OWN)
def test_the_token_opens_the_emulated_aws_by_this_machines_own_names(emulator, host):
    assert send(emulator, "GET", HEALTH, ("X-Amz-Security-Token", session_token()), ("Host", host)) == (200, False)
    assert send(emulator, "GET", HEALTH, ("Host", host))[1]


def test_a_call_of_aws_without_the_one_token_is_refused(emulator):
    signed, empty = ("Authorization", SIGNED[0]), ("X-Amz-Security-Token", "")
    for headers in ([signed], [empty], [("X-Amz-Security-Token", session_token())] * 2):
        assert send(emulator, "GET", HEALTH, *headers) == (403, False)


def test_only_this_user_can_read_the_token_and_private_files(monkeypatch, tmp_path):
    monkeypatch.setattr(programs, "LOCAL", tmp_path / "local")
    token, other = tmp_path / "local/token", tmp_path / "other"
    assert len(session_token()) > 40
    assert session_token() == token.read_text()
    # What an earlier run has left.
    other.touch(mode=0o644)

    with private_files({other: "text"}):
        assert [file.stat().st_mode & 0o777 for file in (token, other)] == [0o600, 0o600]
        assert other.read_text() == "text"
    assert not other.exists()
