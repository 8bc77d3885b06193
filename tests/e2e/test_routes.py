"""The API's routes over HTTP: API Gateway and Lambda pass bodies and ids unchanged."""

import gzip

import pytest

from tools.contract import CANARY, checked


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "is empty"),
        (gzip.compress(b"{}", mtime=0), "looks like gzip"),
        ('{"a": 1}'.encode("utf-16"), "looks like UTF-16"),
    ],
)
def test_an_unreadable_body_is_refused_with_its_format(submit, body, message):
    answer = submit(body)
    error = checked(answer.status, answer.headers, answer.data.decode())["result"]["error"]
    assert error.startswith(f"FAIL_BAD_PARAMS: ERROR: body: {message}")


@pytest.mark.parametrize("prefix", ["שיחה 对话 \U0001f469\u200d\U0001f4bb", "a/b?c&d=e#f%20+g \\\"'<>"])
def test_a_conversation_id_may_be_any_text(submit, read_back, conversation, prefix):
    sent = {"externalConversationId": f"{prefix}{conversation}", "eventId": f"{prefix} 1", "lobName": CANARY}
    answer = submit(sent)

    assert answer.json() == {"result": {"eventId": sent["eventId"], "error": ""}}
    assert sent.items() <= read_back(sent["externalConversationId"]).items()
