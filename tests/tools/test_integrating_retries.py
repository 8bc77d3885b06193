"""docs/integrating.md: its clients retry as it says, seen by a server that fails."""

import json
import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
from page import JAVASCRIPT_INPUT, PYTHON_INPUT, TEXT, code, run_javascript, run_python

from tools.command import run
from tools.local.programs import ROOT

SUBMISSION = {"externalConversationId": "Zoë", "eventId": "e"}
STORED = {"result": {"eventId": "e", "error": ""}}

AXIOS = ROOT / ".tools/axios/node_modules"
JAVA_MAIN = """
class Main {
    public static void main(String[] arguments) throws Exception {
        var submission = new String(System.in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        System.out.println(Sender.post(submission).body());
    }
}
"""


class Server(ThreadingHTTPServer):
    """Answers with what is next: a status with seconds to wait or with a body, or None: a broken connection."""

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
        match next(self.server.answers):
            case None:
                self.close_connection = True
            case status, int(seconds):
                self.server.open_at = time.monotonic() + seconds
                self.answer(status, {"error": {}}, {"Retry-After": str(seconds)})
            case status, body:
                self.answer(status, body)

    def answer(self, status, body, headers=()):
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**dict(headers), "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@contextmanager
def serving(*answers) -> Iterator[tuple[Server, dict[str, str]]]:
    """Serve these answers; yield the server, and the environment of a client of it."""
    with Server(answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield server, os.environ | {"URL": address, "API_ID": "id", "API_SECRET": "secret", "NODE_PATH": str(AXIOS)}
        finally:
            server.shutdown()
            thread.join()


SOURCES = {
    "urllib3": (run_python, code("Send", "python"), f"print(json.dumps({{'result': send({PYTHON_INPUT})}}))"),
    "tenacity": (run_python, code("Retries", "python", 1), f"import json, sys\nprint(post({PYTHON_INPUT}).text)"),
    "fetch": (
        run_javascript,
        code("Send", "js"),
        f"send({JAVASCRIPT_INPUT}).then((result) => console.log(JSON.stringify({{ result }})))",
    ),
    "axios": (
        run_javascript,
        code("Retries", "js"),
        f"post({JAVASCRIPT_INPUT}).then((answer) => console.log(JSON.stringify(answer.data)))",
    ),
}
CLIENTS = [*SOURCES, "java"]


def send_with_java(env):
    java = which("java") or pytest.skip("There is no java here to run the page's Java.")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "Main.java"
        file.write_text(code("Retries", "java").replace("class Sender", f"{JAVA_MAIN}\nclass Sender", 1))
        return run([java, file], env=env, given=json.dumps(SUBMISSION, ensure_ascii=False))


def send(client, env):
    """Send the submission with one of the page's clients."""
    if client == "java":
        return send_with_java(env)
    if client == "axios" and not AXIOS.exists():
        pytest.skip("axios is not installed: npm install --prefix .tools/axios axios@1.21.1 axios-retry@4.5.0")
    run_source, its, call = SOURCES[client]
    return run_source(f"{its}\n{call}", json.dumps(SUBMISSION), env)


def send_through(client, *answers):
    with serving(*answers) as (server, env):
        return send(client, env), server


@pytest.fixture(scope="module")
def through_failures(tools):  # noqa: ARG001 -- the clients' environment is among them
    """What became of each client's submission; they wait side by side."""
    answers = (429, 1), None, (500, {"error": {}}), (200, STORED)
    with ThreadPoolExecutor() as pool:
        yield {client: pool.submit(send_through, client, *answers) for client in CLIENTS}


@pytest.mark.parametrize("client", CLIENTS)
def test_each_client_retries_what_got_no_answer_and_obeys_retry_after(client, through_failures):
    ended, server = through_failures[client].result()
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == STORED
    assert server.received == [SUBMISSION] * 4
    assert server.too_early == 0


@pytest.mark.parametrize("client", CLIENTS)
def test_no_client_retries_a_refused_submission(client, tools):  # noqa: ARG001 -- as above
    refused = 400, {"result": {"eventId": "e", "error": "FAIL_BAD_PARAMS: ERROR: why"}}
    _, server = send_through(client, refused)
    assert server.received == [SUBMISSION]


def test_a_batchs_client_retries_just_the_entries_that_may_be(tools):  # noqa: ARG001
    def results(*errors):
        return 200, {"results": [{"eventId": "e", "error": error} for error in errors]}

    throttled, refused, unavailable = "FAIL_THROTTLED: ERROR: why", "FAIL_BAD_PARAMS: ERROR: why", "FAIL_UNAVAILABLE"
    entries = [{"externalConversationId": str(number)} for number in range(4)]
    source = f"{code('Send', 'python')}\n{code('Retries', 'python')}\nprint(json.dumps(send_many({PYTHON_INPUT})))"
    with serving(results(throttled, "", refused, unavailable), results("", "")) as (server, env):
        ended = run_python(source, json.dumps(entries), env)

    assert ended.returncode == 0, ended.stderr
    assert [result["error"] for result in json.loads(ended.stdout)] == ["", "", refused, ""]
    assert server.received == [{"items": entries}, {"items": [entries[0], entries[3]]}]


def test_every_client_names_the_statuses_that_may_be_retried():
    assert len(re.findall(r"429, 500, 503", TEXT)) == 5
