"""docs/integrating.md: its clients retry, and its webhook functions verify, queue, and send, as the page says."""

import hmac
import json
import os
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest
from page import JAVASCRIPT_INPUT, PYTHON_INPUT, code, run_javascript, run_python

from ingest.limits import MAX_ID

SUBMISSION = {"externalConversationId": "Zoë", "eventId": "e"}
STORED = {"result": {"eventId": "e", "error": ""}}
REFUSED = {"result": {"eventId": "e", "error": "FAIL_BAD_PARAMS: ERROR: why"}}
PAYLOAD = json.loads(code("A help desk", "json"))


class Server(ThreadingHTTPServer):
    """Sends each request the next answer: status, Retry-After or None, body. None breaks the connection."""

    def __init__(self, answers):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = iter(answers)
        self.received = []
        self.too_early = 0
        self.open_at = 0.0


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        # Timers may be a little early.
        self.server.too_early += time.monotonic() < self.server.open_at - 0.1
        answer = next(self.server.answers)
        if answer is None:
            self.close_connection = True
            return
        status, retry_after, body = answer
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if retry_after:
            self.server.open_at = time.monotonic() + retry_after
            self.send_header("Retry-After", str(retry_after))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def serving(*answers):
    """A server that sends these answers, and the page's variables that lead to it."""
    with Server(answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server, {"URL": f"http://127.0.0.1:{server.server_port}", "API_ID": "id", "API_SECRET": "secret"}
        finally:
            server.shutdown()
            thread.join()


# The function that runs each client, its source, and a call that sends the input and prints the response.
CLIENTS = {
    "urllib3": (run_python, code("Send", "python"), f"print(json.dumps({{'result': send({PYTHON_INPUT})}}))"),
    "fetch": (
        run_javascript,
        code("Send", "js"),
        f"send({JAVASCRIPT_INPUT}).then((result) => console.log(JSON.stringify({{ result }})))",
    ),
}
BATCHES = (
    run_python,
    code("Send", "python") + code("Retries", "python"),
    f"print(json.dumps(send_many({PYTHON_INPUT})))",
)


def send(client, content, *answers):
    """Run a client with this input against a server; return how the client ended, and the server."""
    run_source, source, call = client
    with serving(*answers) as (server, env):
        return run_source(f"{source}\n{call}", json.dumps(content, ensure_ascii=False), os.environ | env), server


@pytest.fixture(scope="module")
def through_failures():
    """What each client made of these failures. The clients wait side by side."""
    answers = (429, 2, {"error": {}}), (500, None, {"error": {}}), None, (503, 1, {"error": {}}), (200, None, STORED)
    with ThreadPoolExecutor() as pool:
        yield {name: pool.submit(send, client, SUBMISSION, *answers) for name, client in CLIENTS.items()}


@pytest.mark.parametrize("name", CLIENTS)
def test_each_client_retries_and_obeys_retry_after(name, through_failures):
    ended, server = through_failures[name].result()
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == STORED
    assert server.received == [SUBMISSION] * 5
    assert server.too_early == 0


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
@pytest.mark.parametrize("answer", [(400, None, REFUSED), (401, None, {"error": {}}), (413, None, {"error": {}})])
def test_no_client_retries_a_refused_submission(client, answer):
    ended, server = send(client, SUBMISSION, answer)
    assert ended.returncode != 0
    assert server.received == [SUBMISSION]


def test_a_batch_client_retries_only_the_entries_that_may_be_retried():
    def results(*errors):
        return 200, None, {"results": [{"eventId": "e", "error": error} for error in errors]}

    throttled, refused, unavailable = "FAIL_THROTTLED: ERROR: why", "FAIL_BAD_PARAMS: ERROR: why", "FAIL_UNAVAILABLE"
    entries = [{"externalConversationId": str(number)} for number in range(4)]
    ended, server = send(BATCHES, entries, results(throttled, "", refused, unavailable), results("", ""))
    assert ended.returncode == 0, ended.stderr
    assert [result["error"] for result in json.loads(ended.stdout)] == ["", "", refused, ""]
    assert server.received == [{"items": entries}, {"items": [entries[0], entries[3]]}]


@pytest.fixture
def webhook(aws, make_client, monkeypatch):  # noqa: ARG001 -- the queue is in aws
    """Gives the page's webhook functions by name, and the queue between them, empty."""
    sqs = make_client("sqs")
    queue = sqs.create_queue(QueueName="events.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    env = {"URL": "", "API_ID": "id", "API_SECRET": "secret", "QUEUE_URL": queue, "WEBHOOK_SECRET": "shared"}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    functions = {}
    source = "\n".join(code(heading, "python") for heading in ("Send", "A help desk", "Forward a webhook"))
    exec(source, functions)  # noqa: S102 -- the page's own code
    return SimpleNamespace(
        **{name: functions[name] for name in ("receive", "forward", "submission")},
        send_to=lambda url: functions.update(API=url + "/"),
        queued=lambda: sqs.receive_message(QueueUrl=queue, AttributeNames=["MessageGroupId"]).get("Messages", []),
    )


def delivery(payload, secret=b"shared", *, encoded=False):
    """The event that a Lambda function gets for a webhook's request."""
    body = json.dumps(payload).encode()
    signature = hmac.new(secret, body, "sha1").hexdigest()
    return {
        "headers": {"x-hub-signature": f"sha1={signature}"},
        "body": b64encode(body).decode() if encoded else body.decode(),
        "isBase64Encoded": encoded,
    }


@pytest.mark.parametrize("encoded", [False, True])
def test_a_signed_webhook_is_queued_by_conversation(webhook, encoded):
    assert webhook.receive(delivery(PAYLOAD, encoded=encoded), None) == {"statusCode": 200}
    [message] = webhook.queued()
    assert json.loads(message["Body"]) == PAYLOAD
    assert message["Attributes"]["MessageGroupId"] == PAYLOAD["data"]["item"]["id"]


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (delivery(PAYLOAD, b"another"), 401),
        (delivery(PAYLOAD) | {"headers": {}}, 401),
        (delivery(PAYLOAD) | {"headers": {"x-hub-signature": "sha1=é"}}, 401),
        (delivery({"data": {"item": {"type": "ping"}}}), 200),
    ],
)
def test_a_forged_webhook_and_a_ping_are_not_queued(webhook, event, status):
    assert webhook.receive(event, None) == {"statusCode": status}
    assert webhook.queued() == []


def test_a_refused_event_is_dropped_and_another_error_keeps_it_queued(webhook, capsys):
    answers = (400, None, REFUSED), (413, None, {"error": {}}), (200, None, STORED), (401, None, {"error": {}})
    with serving(*answers) as (server, env):
        webhook.send_to(env["URL"])
        with pytest.raises(RuntimeError, match="401"):
            webhook.forward({"Records": [{"body": json.dumps(PAYLOAD)}] * len(answers)}, None)
    assert server.received == [webhook.submission(PAYLOAD)] * len(answers)
    assert capsys.readouterr().err.count("refused: ") == 2


def test_an_event_id_is_the_same_for_each_delivery_of_an_event():
    functions = {}
    exec("import json\n" + code("Event ids", "python"), functions)  # noqa: S102 -- as above
    event_id = functions["event_id"]
    assert event_id(PAYLOAD | {"delivery_attempts": 2, "delivered_at": 7}) == event_id(PAYLOAD)
    assert event_id(PAYLOAD | {"id": "notif_2"}) != event_id(PAYLOAD)
    assert len(event_id(PAYLOAD)) <= MAX_ID
