"""API Gateway's own responses, and ids that a URL cannot contain as they are."""

import pytest
from oracle import assert_error

from tools.contract import CANARY, MANY, READ, SINGLE

ROUTES = [("POST", SINGLE), ("POST", MANY), ("GET", READ)]


def test_all_wrong_credentials_get_the_same_401_on_every_route(stack):
    client = stack.credentials
    wrong = {"asapp-api-id": f"{CANARY}-client"}, {"asapp-api-secret": f"{CANARY}-secret"}
    headers_seen = set()
    for headers in ({}, {"asapp-api-id": stack.api_id}, *(client | each for each in wrong)):
        for method, path in ROUTES:
            answer = stack.request(method, path, b"{}", headers)
            assert assert_error(answer, "401-01") == answer.headers["x-amzn-requestid"]
            headers_seen.add(tuple(answer.headers))
    assert len(headers_seen) == 1


@pytest.mark.parametrize("headers", [None, {}])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", SINGLE), ("DELETE", MANY), ("POST", READ), ("POST", f"{SINGLE}/more"), ("GET", "/%00")]
)
def test_an_unknown_path_or_method_gets_404_with_and_without_credentials(stack, method, path, headers):
    answer = stack.request(method, path, b"{}", headers)
    assert assert_error(answer, "404-01") == answer.headers["x-amzn-requestid"]


@pytest.mark.parametrize("prefix", ["שיחה 对话 \U0001f469\u200d\U0001f4bb", "a/b?c&d=e#f%20+g \\\"'<>"])
def test_a_conversation_id_may_be_any_text(submit, read_back, conversation, prefix):
    sent = {"externalConversationId": f"{prefix}{conversation}", "eventId": f"{prefix} 1", "lobName": CANARY}
    assert submit(sent).json() == {"result": {"eventId": sent["eventId"], "error": ""}}
    assert sent.items() <= read_back(sent["externalConversationId"]).items()
