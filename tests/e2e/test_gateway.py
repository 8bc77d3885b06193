"""What API Gateway answers by itself, and who gets past it."""

import pytest
from oracle import CANARY, assert_error

from tools.local.api import MANY, READ, SINGLE

ROUTES = [("POST", SINGLE), ("POST", MANY), ("GET", READ)]


@pytest.fixture
def strangers(stack):
    """The headers of everybody who is not a client."""
    api_id, secret = "asapp-api-id", "asapp-api-secret"
    return [
        {},
        {secret: stack.api_secret},
        {api_id: stack.api_id},
        {api_id: "", secret: stack.api_secret},
        {api_id: stack.api_id, secret: ""},
        {api_id: f"{CANARY}-client", secret: stack.api_secret},
        {api_id: stack.api_id.upper(), secret: stack.api_secret},
        {api_id: stack.api_id, secret: f"{CANARY}-secret"},
        {api_id: stack.api_id, secret: stack.api_secret.swapcase()},
        {api_id: stack.api_id, secret: stack.api_secret[:-1]},
    ]


def test_all_strangers_get_the_same_401(call, strangers):
    told = set()
    for headers in strangers:
        answer = call("POST", SINGLE, b"{}", headers)
        assert assert_error(answer, "401-01") == answer.headers["x-amzn-requestid"]
        told.add(tuple(answer.headers))
    assert len(told) == 1


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_route_is_open_without_credentials(call, method, path):
    assert_error(call(method, path, b"{}", {}), "401-01")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", SINGLE), ("PUT", SINGLE), ("DELETE", MANY), ("GET", MANY), ("POST", READ), ("POST", "/"),
        ("POST", "/metadata-ingestion/v1"), ("POST", f"{SINGLE}/more"), ("POST", SINGLE.upper()), ("GET", "/%00"),
    ],
)  # fmt: skip
def test_an_unknown_path_and_an_unknown_method_are_answered_404(call, method, path):
    answer = call(method, path, b"{}")

    assert assert_error(answer, "404-01") == answer.headers["x-amzn-requestid"]


def test_what_is_unknown_is_so_for_strangers_too(call):
    assert_error(call("GET", "/nowhere", headers={}), "404-01")


@pytest.mark.parametrize("change", [str.upper, str.title, str.lower])
def test_a_client_may_write_its_headers_names_in_any_case(stack, call, change):
    headers = {change("asapp-api-id"): stack.api_id, change("asapp-api-secret"): stack.api_secret}

    assert call("POST", SINGLE, b'{"externalConversationId": "any-case"}', headers).status == 200


def test_the_policy_that_is_remembered_from_one_route_opens_the_others(call):
    for method, path in ROUTES * 2:
        assert call(method, path, b"{}" if method == "POST" else None).status == 400
