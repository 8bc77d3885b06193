"""`make smoke-test`: it passes on the deployed stack, and notices each broken promise."""

import json
from socket import create_server
from threading import Thread

import pytest

from tools import smoke_test
from tools.contract import MANY, READ, SINGLE
from tools.local.emulated_aws import client
from tools.local.stack import description
from tools.smoke_test import Api, main, promises, send

PROMISES = [f"{status}: {promise}" for promise, status, *_ in promises(Api("", "", ""), "")]
STORED, AGAIN, BATCH, ONCE, REFUSED, REJECTED, NOT_FOUND, TOO_LARGE = PROMISES


@pytest.fixture
def smoke(monkeypatch, tmp_path, stack, capsys):
    """Runs the command, with the stack as the local one. Returns its exit code, or message, and what it printed."""
    monkeypatch.setattr("tools.local.stack._DESCRIPTION", tmp_path / "stack.json")
    (tmp_path / "stack.json").write_text(*description(stack).values())
    monkeypatch.setenv("API_ID", stack.api_id)
    monkeypatch.setenv("API_SECRET", stack.api_secret)
    monkeypatch.setattr(smoke_test, "SECONDS", 60)

    def run(*words):
        monkeypatch.setattr("sys.argv", ["smoke-test", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capsys.readouterr().out

    return run


@pytest.fixture(scope="module")
def recorded(stack):
    """The API, and its answer to each request about the conversation `smoke-test-recorded`."""
    api = Api(stack.url, stack.api_id, stack.api_secret)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(smoke_test, "uuid4", lambda: "recorded")
        sent = [sent for *_, requests in promises(api, "smoke-test-recorded") for sent in requests]
        yield api, {json.dumps(each): send(api, each, 60) for each in sent}


def _stored(stack):
    items = client("dynamodb", stack.url).scan(TableName=stack.table_name)["Items"]
    return {item["externalConversationId"]["S"] for item in items}


def test_the_deployed_stack_keeps_every_promise_and_nothing_is_left(smoke, stack, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    before = _stored(stack)

    code, printed = smoke("--local")

    kept = [f"ok      {promise}" for promise in PROMISES]
    assert code == 0
    assert printed.splitlines()[1:] == [f"{stack.url}, as client {stack.api_id}", *kept, "All promises are kept."]
    assert _stored(stack) == before


def test_by_url_alone_the_conversation_that_stays_is_named(smoke, stack):
    before = _stored(stack)
    code, printed = smoke("--url", f"{stack.url}/")

    [conversation] = _stored(stack) - before
    assert code == 0
    assert f"Conversation {conversation} is not erased, because a URL gives no access to the table." in printed


@pytest.mark.parametrize(
    ("route", "status", "old", "new", "broken"),
    [
        (SINGLE, 200, "no-store", "public", [STORED, AGAIN]),
        (SINGLE, 200, "{", "<html>", [STORED, AGAIN]),
        (MANY, 200, "lobId", "platform", [BATCH]),
        (READ, 200, '"smoke-test-2"', '"smoke-test-1"', [ONCE]),
        (SINGLE, 400, "a string", "a string, not canary-7f3a", [REFUSED]),
        (SINGLE, 401, "401", "200", [REJECTED]),
        (SINGLE, 404, "404", "403", [NOT_FOUND]),
        (READ, 404, '"error"', '"message"', [NOT_FOUND]),
        (SINGLE, 413, "413-01", "413-02", [TOO_LARGE]),
    ],
)
def test_a_broken_promise_is_noticed(recorded, monkeypatch, capsys, route, status, old, new, broken):
    api, answers = recorded

    def tampered(_, sent, __):
        answer = answers[json.dumps(sent)]
        if not sent[1].startswith(route) or answer[0] != status:
            return answer
        headers = {name: value.replace(old, new) for name, value in answer[1].items()}
        return int(str(status).replace(old, new)), headers, answer[2].replace(old, new)

    monkeypatch.setattr(smoke_test, "send", tampered)
    assert not smoke_test.run(api)

    printed = capsys.readouterr().out
    assert [line.removeprefix("FAILED  ") for line in printed.splitlines() if line.startswith("FAILED")] == broken
    assert "Conversation smoke-test-recorded is not erased" in printed


def test_a_redirect_is_not_followed_and_a_silent_api_ends_the_test(smoke, monkeypatch):
    def redirect(server):
        with server.accept()[0] as connection:
            connection.recv(10_000)
            connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n")

    monkeypatch.setattr(smoke_test, "SECONDS", 0.5)
    with create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=redirect, args=[server])
        thread.start()
        code, printed = smoke("--url", f"http://127.0.0.1:{server.getsockname()[1]}")
        thread.join()
    assert "expected 200, got 302" in printed
    assert "no answer, so the other promises were not tested" in code
