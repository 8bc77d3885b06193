"""`make smoke-test`: it passes on the deployed stack, and fails on a stack that breaks one promise."""

import json
from functools import partial

import pytest

from tools.local.api import MANY, READ, SINGLE
from tools.local.emulated_aws import client
from tools.operations.target import Target
from tools.smoke_test.__main__ import run, sender
from tools.smoke_test.api import Api
from tools.smoke_test.promises import PROMISES, Answer


@pytest.fixture
def api(stack):
    target = Target(partial(client, endpoint=stack.endpoint), "", stack.table_name, "", "", 0)
    return Api("The tests' stack", stack.url, stack.api_id, stack.api_secret, target)


def _broken(printed):
    return [line.removeprefix("FAILED  ") for line in printed.splitlines() if line.startswith("FAILED")]


def test_the_deployed_stack_keeps_every_promise_and_nothing_is_left(api, stack, capsys):
    assert run(api, sender(stack.url)) == 0

    first, *lines, last = capsys.readouterr().out.splitlines()
    assert first == f"The tests' stack: {stack.url}, as client {stack.api_id}"
    assert lines == [f"ok      {promise}" for promise in PROMISES]
    assert last == f"All {len(PROMISES)} promises are kept."
    items = api.target.client("dynamodb").scan(TableName=stack.table_name)["Items"]
    assert not [item for item in items if item["externalConversationId"]["S"].startswith("smoke-test-")]


STORE, AGAIN, BATCH, ONCE, REFUSE, CREDENTIALS, NOTHING, SIZE = PROMISES
SUBMISSION = json.dumps({"result": {"eventId": "smoke-test-1", "error": "", "ignoredFields": ["unknown"]}})


def _without(answer, name):
    return answer._replace(headers={key: value for key, value in answer.headers.items() if key != name})


@pytest.mark.parametrize(
    ("route", "status", "change", "broken"),
    [
        (SINGLE, 200, lambda answer: _without(answer, "Cache-Control"), [STORE, AGAIN]),
        (SINGLE, 200, lambda answer: answer._replace(text="<html>"), [STORE, AGAIN]),
        (SINGLE, 200, lambda answer: answer._replace(text=answer.text.replace("test-1", "test-2")), [STORE, AGAIN]),
        (MANY, 200, lambda answer: answer._replace(text=answer.text.replace("deviceType", "platform")), [BATCH]),
        (READ, 200, lambda answer: answer._replace(text=answer.text.replace("smoke-test-1", "smoke-test-0")), [ONCE]),
        (SINGLE, 400, lambda answer: answer._replace(text=answer.text.replace("deviceType", "platform")), [REFUSE]),
        (SINGLE, 400, lambda answer: answer._replace(text=answer.text.replace("must be", "canary-7f3a is")), [REFUSE]),
        (SINGLE, 401, lambda answer: Answer(200, answer.headers, SUBMISSION), [CREDENTIALS]),
        (SINGLE, 404, lambda answer: answer._replace(status=403), [NOTHING]),
        (READ, 404, lambda answer: answer._replace(text="{}"), [NOTHING]),
        (SINGLE, 413, lambda answer: answer._replace(status=500), [SIZE]),
    ],
)
def test_a_broken_promise_is_named(api, stack, capsys, route, status, change, broken):
    send = sender(stack.url)

    def tamper(method, path, body, headers):
        answer = send(method, path, body, headers)
        return change(answer) if path.startswith(route) and answer.status == status else answer

    assert run(api, tamper) == len(broken)
    assert _broken(capsys.readouterr().out) == broken


def test_a_200_without_a_write_is_noticed_when_reading(api, stack, capsys):
    send = sender(stack.url)

    def forget(method, path, body, headers):
        answer = send("GET", f"{READ}?externalConversationId=nobody", None, api.credentials)
        stored = Answer(200, answer.headers, SUBMISSION)
        return stored if b"smoke-test-1" in (body or b"") else send(method, path, body, headers)

    assert run(api, forget) == 1
    assert _broken(capsys.readouterr().out) == [ONCE]


def test_by_url_alone_the_conversation_that_stays_is_named(stack, capsys):
    assert run(Api("a URL", stack.url, stack.api_id, stack.api_secret), sender(stack.url)) == 0
    assert "is not erased (a URL gives no access to the table)." in capsys.readouterr().out
