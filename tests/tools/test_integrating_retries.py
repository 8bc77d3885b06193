"""docs/integrating.md: its clients retry as it says, seen by a server that fails."""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
from page import JAVASCRIPT_INPUT, PYTHON_INPUT, code, run_javascript, run_python

from tools.command import run
from tools.local.programs import ROOT

SUBMISSION = {"externalConversationId": "Zoë", "eventId": "e"}
STORED = {"result": {"eventId": "e", "error": ""}}
REFUSED = {"result": {"eventId": "e", "error": "FAIL_BAD_PARAMS: ERROR: why"}}

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
    """Gives each request the next answer: status, seconds to wait or None, body. None itself is a broken connection."""

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


def run_axios(source, given, env):
    if not AXIOS.exists():
        pytest.skip("axios is not installed: npm install --prefix .tools/axios axios@1.21.1 axios-retry@4.5.0")
    return run_javascript(source, given, env | {"NODE_PATH": str(AXIOS)})


def run_java(source, given, env):
    java = which("java") or pytest.skip("There is no java here to run the page's Java.")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "Main.java"
        # The first class in the file is the one that is run.
        file.write_text(source.replace("class Sender", f"{JAVA_MAIN}\nclass Sender", 1))
        return run([java, file], env=env, given=given)


# How each is run, its source, and what sends the input and prints the answer.
CLIENTS = {
    "urllib3": (run_python, code("Send", "python"), f"print(json.dumps({{'result': send({PYTHON_INPUT})}}))"),
    "tenacity": (run_python, code("Retries", "python", 1), f"import json, sys\nprint(post({PYTHON_INPUT}).text)"),
    "fetch": (
        run_javascript,
        code("Send", "js"),
        f"send({JAVASCRIPT_INPUT}).then((result) => console.log(JSON.stringify({{ result }})))",
    ),
    "axios": (
        run_axios,
        code("Retries", "js"),
        f"post({JAVASCRIPT_INPUT}).then((answer) => console.log(JSON.stringify(answer.data)))",
    ),
    "java": (run_java, code("Retries", "java"), ""),
}
BATCHES = (
    run_python,
    code("Send", "python") + code("Retries", "python"),
    f"print(json.dumps(send_many({PYTHON_INPUT})))",
)


def send(client, given, *answers):
    """Send what is given to a server that answers so; return how the client ended, and the server."""
    run_source, its, call = client
    with Server(answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        env = {"URL": f"http://127.0.0.1:{server.server_port}", "API_ID": "id", "API_SECRET": "secret"}
        try:
            return run_source(f"{its}\n{call}", json.dumps(given, ensure_ascii=False), os.environ | env), server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def through_failures(tools):  # noqa: ARG001 -- the clients' environment is among them
    """What became of each client's submission; they wait side by side."""
    answers = (429, 2, {"error": {}}), (500, None, {"error": {}}), None, (503, 1, {"error": {}}), (200, None, STORED)
    with ThreadPoolExecutor() as pool:
        yield {name: pool.submit(send, client, SUBMISSION, *answers) for name, client in CLIENTS.items()}


@pytest.mark.parametrize("name", CLIENTS)
def test_each_client_retries_what_may_be_and_obeys_retry_after(name, through_failures):
    ended, server = through_failures[name].result()
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == STORED
    assert server.received == [SUBMISSION] * 5
    assert server.too_early == 0


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
def test_no_client_retries_a_refused_submission(client, tools):  # noqa: ARG001 -- as above
    _, server = send(client, SUBMISSION, (400, None, REFUSED))
    assert server.received == [SUBMISSION]


def test_a_batchs_client_retries_just_the_entries_that_may_be(tools):  # noqa: ARG001 -- as above
    def results(*errors):
        return 200, None, {"results": [{"eventId": "e", "error": error} for error in errors]}

    throttled, refused, unavailable = "FAIL_THROTTLED: ERROR: why", "FAIL_BAD_PARAMS: ERROR: why", "FAIL_UNAVAILABLE"
    entries = [{"externalConversationId": str(number)} for number in range(4)]
    ended, server = send(BATCHES, entries, results(throttled, "", refused, unavailable), results("", ""))
    assert ended.returncode == 0, ended.stderr
    assert [result["error"] for result in json.loads(ended.stdout)] == ["", "", refused, ""]
    assert server.received == [{"items": entries}, {"items": [entries[0], entries[3]]}]
