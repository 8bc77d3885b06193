"""API Gateway's own responses, and the authorizer's policy."""

import pytest
from oracle import assert_error

from tools.contract import CANARY
from tools.local.api import MANY, READ, SINGLE, credentials

ROUTES = [("POST", SINGLE), ("POST", MANY), ("GET", READ)]


def test_all_wrong_credentials_get_the_same_401_on_every_route(stack, call):
    client = credentials(stack)
    wrong = {"asapp-api-id": f"{CANARY}-client"}, {"asapp-api-secret": f"{CANARY}-secret"}
    headers_seen = set()
    for headers in ({}, {"asapp-api-id": stack.api_id}, *(client | each for each in wrong)):
        for method, path in ROUTES:
            answer = call(method, path, b"{}", headers)
            assert assert_error(answer, "401-01") == answer.headers["x-amzn-requestid"]
            headers_seen.add(tuple(answer.headers))
    assert len(headers_seen) == 1


@pytest.mark.parametrize("headers", [None, {}])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", SINGLE), ("DELETE", MANY), ("POST", READ), ("POST", f"{SINGLE}/more"), ("GET", "/%00")]
)
def test_an_unknown_path_or_method_gets_404_with_and_without_credentials(call, method, path, headers):
    answer = call(method, path, b"{}", headers)
    assert assert_error(answer, "404-01") == answer.headers["x-amzn-requestid"]


def test_a_cached_policy_allows_every_route(call):
    for method, path in ROUTES * 2:
        assert call(method, path, b"{}" if method == "POST" else None).status == 400
