"""docs/integrating.md on the deployed stack, and a generated client."""

import hmac
import json
import os
import sys
import time
from base64 import b64encode
from functools import partial
from shutil import which
from socket import SHUT_RDWR
from threading import Thread
from types import SimpleNamespace
from urllib.parse import urlencode

import flask
import pytest
from documents import blocks, quoted, sections, table
from werkzeug.serving import make_server

from ingest.limits import MAX_ID
from tools.command import run
from tools.contract import READ
from tools.local.emulated_aws import client
from tools.local.programs import ROOT, session_token

SECTIONS = sections((ROOT / "docs/integrating.md").read_text())
PLATFORMS = [name for name, text in SECTIONS.items() if "```json" in text]
# What sends the input and prints the submission, its result, and the record.
SEND = {
    "python": """
sent = submission(json.load(sys.stdin))
print(json.dumps([sent, send(sent), read(sent["externalConversationId"])]))
""",
    "js": """
const sent = submission(JSON.parse(require("fs").readFileSync(0)));
(async () => console.log(JSON.stringify([sent, await send(sent), await read(sent.externalConversationId)])))();
""",
}
AS_IT_IS = {"python": "submission = dict", "js": "const submission = (given) => given;"}
# Status, Retry-After, and body. None breaks the connection.
FAILURES = [(429, 1, {"error": {}}), (500, 0, {"error": {}}), None, (503, 1, {"error": {}})]


def code(heading, language):
    """Return a section's code in a language."""
    [found] = blocks(SECTIONS[heading], language)
    return found


@pytest.fixture
def way(stack):
    """A server that first sends the test's answers, and then passes requests on to the stack."""
    way = SimpleNamespace(answers=[], received=[], too_early=0, open_at=0.0)
    application = flask.Flask(__name__)

    @application.route("/<path:_>", methods=["GET", "POST"])
    def answer(_):
        given = flask.request
        if given.method == "POST":
            way.received.append(given.get_json())
            # Timers may be a little early.
            way.too_early += time.monotonic() < way.open_at - 0.1
            if way.answers:
                if (scripted := way.answers.pop(0)) is None:
                    given.environ["werkzeug.socket"].shutdown(SHUT_RDWR)
                    return ""
                status, retry_after, body = scripted
                way.open_at = time.monotonic() + retry_after
                return body, status, {"Retry-After": retry_after} if retry_after else {}
        headers = {name: value for name, value in given.headers.items() if name.startswith("Asapp-")}
        passed = stack.request(given.method, given.full_path, given.get_data(), headers)
        return passed.json(), passed.status

    server = make_server("127.0.0.1", 0, application, threaded=True)
    Thread(target=server.serve_forever).start()
    way.url = f"http://127.0.0.1:{server.port}"
    yield way
    server.shutdown()


@pytest.fixture
def env(stack, way):
    """The variables that the page's code reads."""
    return os.environ | {"URL": way.url, "API_ID": stack.api_id, "API_SECRET": stack.api_secret}


def execute(language, env, given, *sources):
    """Run the page's client and more code with an input; return how it ended."""
    program = [sys.executable, "-c"] if language == "python" else [which("node") or pytest.skip("needs node"), "-e"]
    return run([*program, "\n".join([code("Send", language), *sources])], env=env, stdin=json.dumps(given))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_payload_is_stored_whole_after_failures_and_its_redelivery_changes_nothing(platform, env, way):
    def deliver(payload):
        ended = execute(language, env, payload, code(platform, language), SEND[language])
        assert (ended.returncode, ended.stderr) == (0, ""), "Something was not stored."
        return json.loads(ended.stdout)

    language = "python" if "```python" in SECTIONS[platform] else "js"
    payload = json.loads(code(platform, "json"))
    # The clients are two, the platforms three.
    failures = [] if platform == "A help desk" else FAILURES
    way.answers = [*failures]
    submission, result, record = deliver(payload)

    assert way.received == [submission] * (len(failures) + 1)
    assert way.too_early == 0
    assert result == {"eventId": submission["eventId"], "error": ""}
    fields = {name: value for name, value in submission.items() if name != "attributes" and value is not None}
    assert fields.items() <= record.items()
    pairs = {name: value for pairs in submission["attributes"] for name, value in pairs.items()}
    assert {pair["name"]: pair["value"] for pair in record["attributes"]} == pairs
    assert record["events"] == [submission["eventId"]]

    left_out = {name for *_, names in table(SECTIONS["Event ids"]) for name in quoted(names)}
    assert deliver(payload | dict.fromkeys(payload.keys() & left_out, 7)) == [submission, result, record]


@pytest.mark.parametrize("language", SEND)
@pytest.mark.parametrize(
    ("fields", "secret", "reason"),
    [({"lobId": 7}, None, "lobId: must be a string"), ({}, "wrong", "401"), ({"campaign": "x" * 300_000}, None, "413")],
)
def test_no_client_retries_a_refused_submission(language, fields, secret, reason, env, way):
    env |= {"API_SECRET": secret} if secret else {}
    given = {"externalConversationId": "refused"} | fields
    ended = execute(language, env, given, AS_IT_IS[language], SEND[language])
    assert ended.returncode != 0
    assert reason in ended.stderr
    assert len(way.received) == 1


def test_a_batch_client_retries_only_the_entries_that_may_be_retried(env, way):
    errors = "FAIL_THROTTLED: ERROR: why", "", "FAIL_BAD_PARAMS: ERROR: why", "FAIL_UNAVAILABLE: ERROR: why"
    way.answers = [(200, 0, {"results": [{"eventId": "e", "error": error} for error in errors]})]
    entries = [{"externalConversationId": str(number), "eventId": "e"} for number in range(4)]
    sends = "print(json.dumps(send_many(json.load(sys.stdin))))"
    ended = execute("python", env, entries, code("Retries", "python"), sends)
    assert ended.returncode == 0, ended.stderr
    assert [result["error"] for result in json.loads(ended.stdout)] == ["", "", errors[2], ""]
    assert way.received == [{"items": entries}, {"items": [entries[0], entries[3]]}]


PAYLOAD = json.loads(code("A help desk", "json"))
ITEM = PAYLOAD["data"]["item"]


@pytest.fixture
def webhook(stack, env, monkeypatch):
    """The page's webhook functions by name, with an empty queue between them."""
    sqs = client("sqs", stack.url)
    queue = sqs.create_queue(QueueName="events.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    aws = {"AWS_ENDPOINT_URL": stack.url, "AWS_SESSION_TOKEN": session_token()}
    for name, value in (env | aws | {"QUEUE_URL": queue, "WEBHOOK_SECRET": "shared"}).items():
        monkeypatch.setenv(name, value)
    # Other tests may have made it, with their own credentials.
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    functions = {}
    source = "\n".join(code(heading, "python") for heading in ("Send", "A help desk", "Forward a webhook", "Event ids"))
    exec(source, functions)  # noqa: S102 -- the page's own code
    receive = partial(sqs.receive_message, QueueUrl=queue, AttributeNames=["MessageGroupId"])
    yield SimpleNamespace(**functions, queued=lambda: receive().get("Messages", []))
    sqs.delete_queue(QueueUrl=queue)


def delivery(payload, secret=b"shared", *, encoded=False):
    """The event that a Lambda function gets for a webhook's request."""
    body = json.dumps(payload).encode()
    signature = hmac.new(secret, body, "sha1").hexdigest()
    return {
        "headers": {"x-hub-signature": f"sha1={signature}"},
        "body": b64encode(body).decode() if encoded else body.decode(),
        "isBase64Encoded": encoded,
    }


@pytest.mark.parametrize(
    ("event", "status", "queued"),
    [
        (delivery(PAYLOAD), 200, [PAYLOAD]),
        (delivery(PAYLOAD, encoded=True), 200, [PAYLOAD]),
        (delivery({"data": {"item": {"type": "ping"}}}), 200, []),
        (delivery(PAYLOAD, b"another"), 401, []),
        (delivery(PAYLOAD) | {"headers": {}}, 401, []),
        (delivery(PAYLOAD) | {"headers": {"x-hub-signature": "sha1=é"}}, 401, []),
    ],
)
def test_a_signed_webhook_of_a_conversation_is_queued_by_its_id(webhook, event, status, queued):
    assert webhook.receive(event, None) == {"statusCode": status}
    messages = webhook.queued()
    assert [json.loads(message["Body"]) for message in messages] == queued
    assert all(message["Attributes"]["MessageGroupId"] == ITEM["id"] for message in messages)


def test_a_refused_event_is_dropped_and_another_error_keeps_it_queued(webhook, read_back, capsys, conversation):
    changes = {"id": "x" * (MAX_ID + 1)}, {"state": "x" * 300_000}, {"id": conversation}
    events = [{"body": json.dumps(PAYLOAD | {"data": {"item": ITEM | change}})} for change in changes]
    webhook.forward({"Records": events}, None)
    assert capsys.readouterr().err.count("refused: ") == 2
    assert read_back(conversation)["events"] == [PAYLOAD["id"]]
    webhook.CREDENTIALS["asapp-api-secret"] = "wrong"
    with pytest.raises(RuntimeError, match="401"):
        webhook.forward({"Records": events}, None)


def test_an_event_id_is_the_same_for_each_delivery_of_an_event(webhook):
    assert webhook.event_id(PAYLOAD | {"delivery_attempts": 2, "delivered_at": 7}) == webhook.event_id(PAYLOAD)
    assert webhook.event_id(PAYLOAD | {"id": "notif_2"}) != webhook.event_id(PAYLOAD)
    assert len(webhook.event_id(PAYLOAD)) <= MAX_ID


@pytest.mark.parametrize("row", table(SECTIONS["Attributes"]), ids=lambda row: row[0])
def test_each_form_of_attributes_is_stored_as_the_table_says(row, submit, read_back, conversation):
    [sent], stored, ignored = (quoted(cell) for cell in row)
    answer = submit({"externalConversationId": conversation, "attributes": json.loads(sent)})
    if not stored:
        assert (row[1], answer.status) == ("refused", 400)
        return
    assert (answer.status, answer.json()["result"].get("ignoredFields", [])) == (200, ignored)
    read = {pair["name"]: pair["value"] for pair in read_back(conversation)["attributes"]}
    assert read == json.loads(stored[0])


@pytest.mark.parametrize("row", table(SECTIONS["Values"]), ids=lambda row: row[0])
def test_a_value_is_read_back_as_the_table_says(row, submit, stack, conversation):
    sent, [stored] = (quoted(cell) for cell in row)
    for text in sent:
        body = f'{{"externalConversationId": "{conversation}", "attributes": [{{"v": {text}}}]}}'
        assert submit(body.encode()).status == 200
        answer = stack.request("GET", f"{READ}?{urlencode({'externalConversationId': conversation})}")
        # As text: a number's digits are the point.
        assert f'"value": {stored}}}' in answer.data.decode()


def test_a_client_is_generated_without_a_warning_and_with_types_that_have_names(tmp_path):
    python = ROOT / ".tools/clients/bin/python"
    (tmp_path / "config.yaml").write_text("post_hooks: []\n")
    words = ["--path", ROOT / "openapi.yaml", "--output-path", "client", "--config", "config.yaml", "--meta", "none"]
    made = run([python, "-m", "openapi_python_client", "generate", "--fail-on-warning", *words], cwd=tmp_path)
    assert made.returncode == 0, made.stdout + made.stderr
    types = "from client.models import Attribute, Conversation, Platform, Result, Submission, Submissions"
    assert run([python, "-c", types], cwd=tmp_path).stderr == ""
