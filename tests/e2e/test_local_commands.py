"""What a developer does with the running stack: an event sent, log lines followed, changed sources taken up."""

import json
import shutil
from contextlib import suppress
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from types import SimpleNamespace

import pytest

from tools.local import redeploy
from tools.local.event import function_for, invoke, read_event
from tools.local.log import follow
from tools.local.programs import ROOT

SECONDS_TO_APPEAR = 30


@pytest.fixture
def send(stack):
    """Sends a file of events/ as `make invoke` does; returns what that prints."""

    def answer(name):
        event = read_event(ROOT / f"events/{name}.json")
        return invoke(event, function_for(event), stack.api_secret, stack.endpoint)

    return answer


class StoppedError(Exception):
    """The test is over."""


@pytest.fixture
def followed(stack, monkeypatch):
    """Waits for the next log line that holds a text, from the first on; none may be of Lambda's own."""
    lines, stopped = Queue(), Event()

    def pause(seconds):
        if stopped.wait(seconds):
            raise StoppedError

    def read():
        with suppress(StoppedError):
            for line in follow(stack.functions.values(), stack.endpoint):
                lines.put(line)

    monkeypatch.setattr("tools.local.log.time", SimpleNamespace(sleep=pause))
    reader = Thread(target=read)
    reader.start()

    def wait(text):
        while text not in (line := lines.get(timeout=SECONDS_TO_APPEAR)):
            assert "RequestId:" not in line
        return line

    yield wait
    stopped.set()
    reader.join()


def test_an_event_that_the_authorizer_allows_gets_the_stacks_own_secret(send):
    [statement] = json.loads(send("authorizer-allow"))["policyDocument"]["Statement"]
    assert statement["Effect"] == "Allow"


def test_an_event_that_the_authorizer_denies_is_told_as_the_401_that_it_becomes(send):
    assert send("authorizer-deny-wrong-secret") == "denied: 401"


def test_an_event_of_a_route_is_answered_by_its_function(send):
    assert json.loads(send("stored-minimal"))["statusCode"] == 200


def test_each_log_line_is_followed_once_and_lambdas_own_are_left_out(submit, followed, conversation):
    submit({"externalConversationId": conversation, "eventId": "e1"})
    assert json.loads(followed(conversation))["eventId"] == "e1"

    submit({"externalConversationId": conversation, "eventId": "e2"})
    assert json.loads(followed(conversation))["eventId"] == "e2"


@pytest.fixture
def sources(monkeypatch, tmp_path, stack) -> Path:
    """A copy of the functions' sources, which a test can change; at the end the stack has the real ones again."""
    folder = stack.log.parent
    copy = tmp_path / "functions"
    shutil.copytree(redeploy._SOURCES, copy)
    with monkeypatch.context() as patch:
        patch.setattr(redeploy, "_SOURCES", copy)
        yield copy
    redeploy.redeploy(folder, stack.endpoint)


def test_changed_sources_are_taken_up_without_a_deployment(stack, sources, submit, followed, conversation):
    with (sources / "ingest/handler.py").open("a") as handler:
        handler.write(f"\nprint('changed for {conversation}')\n")

    redeploy.redeploy(stack.log.parent, stack.endpoint)

    assert submit({"externalConversationId": conversation}).status == 200
    assert followed("changed for") == f"changed for {conversation}"
