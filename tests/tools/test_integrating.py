"""docs/integrating.md: what it says is what the models say, and its clients retry as it says."""

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from shutil import which
from threading import Thread
from typing import get_args

import pytest
from page import PLATFORMS, TEXT, code, quoted, run_javascript, run_python, table

from ingest import attribute_value, limits, models
from ingest.errors import ServiceError
from tools.command import run
from tools.local.programs import ROOT
from tools.openapi.schemas import failures

ENUMS = {"platform": models.Platform, "deviceType": models.DeviceType, "operatingSystem": models.OperatingSystem}
RETRYABLE = {429, 500, 503}
SUBMISSION = {"externalConversationId": "Zoë", "eventId": "e"}
STORED = {"result": {"eventId": "e", "error": ""}}

READ_INPUT = 'JSON.parse(require("fs").readFileSync(0))'
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


def send_with_urllib3(env):
    source = code("Send", "python") + "\nprint(json.dumps({'result': send(json.load(sys.stdin))}))"
    return run_python(source, json.dumps(SUBMISSION), env)


def send_with_fetch(env):
    source = code("Send", "js") + f"\nsend({READ_INPUT}).then((result) => console.log(JSON.stringify({{ result }})))"
    return run_javascript(source, json.dumps(SUBMISSION), env)


def send_with_tenacity(env):
    source = code("Send again", "python", 1) + "\nimport json, sys\nprint(post(json.load(sys.stdin)).text)"
    return run_python(source, json.dumps(SUBMISSION), env)


def send_with_axios(env):
    if not AXIOS.exists():
        pytest.skip("axios is not installed: npm install --prefix .tools/axios axios@1.21.1 axios-retry@4.5.0")
    source = (
        code("Send again", "js") + f"\npost({READ_INPUT}).then((answer) => console.log(JSON.stringify(answer.data)))"
    )
    return run_javascript(source, json.dumps(SUBMISSION), env)


def send_with_java(env, tmp_path):
    java = which("java") or pytest.skip("There is no java here to run the page's Java.")
    file = tmp_path / "Main.java"
    file.write_text(code("Send again", "java").replace("class Sender", f"{JAVA_MAIN}\nclass Sender", 1))
    return run([java, file], env=env, given=json.dumps(SUBMISSION, ensure_ascii=False))


@pytest.fixture(params=["urllib3", "fetch", "tenacity", "axios", "java"])
def send(request, tools, tmp_path):  # noqa: ARG001 -- the clients' environment is among them
    """Sends the submission with one of the page's clients."""
    match request.param:
        case "java":
            return lambda env: send_with_java(env, tmp_path)
        case name:
            return globals()[f"send_with_{name}"]


def test_each_client_sends_again_what_got_no_answer_and_obeys_retry_after(send):
    with serving((429, 1), None, (500, {"error": {}}), (200, STORED)) as (server, env):
        ended = send(env)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == STORED
    assert server.received == [SUBMISSION] * 4
    assert server.too_early == 0


def test_no_client_sends_a_refused_submission_again(send):
    with serving((400, {"result": {"eventId": "e", "error": "FAIL_BAD_PARAMS: ERROR: why"}})) as (server, env):
        send(env)
    assert server.received == [SUBMISSION]


def test_a_batch_sends_again_just_the_entries_that_may_be(tools):  # noqa: ARG001
    def results(*errors):
        return 200, {"results": [{"eventId": "e", "error": error} for error in errors]}

    errors = ["", *(f"{name}: ERROR: why" for name in failures())]
    final = [error for error in errors if not again(error)]
    entries = [{"externalConversationId": error or "c"} for error in errors]
    source = (
        code("Send", "python") + code("Send again", "python") + "\nprint(json.dumps(send_many(json.load(sys.stdin))))"
    )
    with serving(results(*errors), results(*[""] * (len(errors) - len(final)))) as (server, env):
        ended = run_python(source, json.dumps(entries), env)

    assert [result["error"] for result in json.loads(ended.stdout)] == [
        "" if again(error) else error for error in errors
    ]
    assert server.received[1] == {"items": [entry for entry in entries if again(entry["externalConversationId"])]}


def again(error):
    named = {error.failure: error.status for error in [ServiceError, *ServiceError.__subclasses__()]}
    return named.get(error.partition(":")[0]) in RETRYABLE


@pytest.mark.parametrize("platform", PLATFORMS)
def test_both_languages_make_the_same_submission(tools, platform):  # noqa: ARG001
    read = "json.load(sys.stdin)"
    python = f"import json, sys\n{code(platform, 'python')}\nprint(json.dumps(submission({read})))"
    javascript = f"{code(platform, 'js')}\nconsole.log(JSON.stringify(submission({READ_INPUT})))"
    payload = code(platform, "json")
    made = [run_python(python, payload, dict(os.environ)), run_javascript(javascript, payload, dict(os.environ))]
    assert json.loads(made[0].stdout) == json.loads(made[1].stdout)


def test_what_is_to_be_left_out_of_a_submission_stands_in_a_payload():
    left_out = {name for *_, names in table("`eventId`") for name in quoted(names)}
    members = {name for platform in PLATFORMS for name in json.loads(code(platform, "json"))}
    assert left_out
    assert left_out <= members


def test_the_table_of_enums_has_every_value_and_no_other():
    given = {field: set() for field in ENUMS}
    for _, field, values in table("Enums"):
        given[field.strip("`")] |= set(quoted(values))
    assert given == {field: set(get_args(enum)) for field, enum in ENUMS.items()}


def test_the_table_of_answers_says_which_may_be_sent_again():
    may = {}
    for answer, verdict in table("Send again"):
        for name in quoted(answer) or re.findall(r"\d{3}", answer):
            may[name] = verdict.startswith("yes")
    errors = [ServiceError, *ServiceError.__subclasses__()]
    statuses = {200, 401, 403, *(error.status for error in errors)}
    expected = {str(status): status in RETRYABLE for status in statuses}
    expected |= {name: again(name) for name in failures()}
    assert may == expected


def test_every_client_of_the_page_names_the_statuses_that_may_be_sent_again():
    assert len(re.findall(r"429, 500, 503", TEXT)) == 5


def test_the_table_of_limits_is_the_models():
    given = {what.replace("`", ""): limit for what, limit, _ in table("Limits")}
    [record] = [limit for what, limit in given.items() if what == "a conversation's record"]
    assert given == {
        "a submission: a body, or an entry of a batch": f"{limits.MAX_BYTES // 1024} KiB",
        "a batch's body": f"{limits.MAX_BATCH_BYTES // 1024**2} MiB",
        "entries in a batch": f"{limits.MAX_ENTRIES:,}",
        "a conversation's record": record,
        "requests a second": "your operator's choice",
        "externalConversationId, eventId and all other texts": f"{limits.MAX_ID} characters",
        "an element of companySegment": f"{limits.MAX_SEGMENT} characters",
        "browserType": f"{limits.MAX_BROWSER_TYPE} characters",
        "browserVersion": f"{limits.MAX_BROWSER_VERSION} characters",
        "objects in attributes": f"{limits.MAX_OBJECTS}",
        "attributes of a submission": f"{limits.MAX_PAIRS}",
        "an attribute's name": f"{limits.MAX_NAME} characters",
        "a text in an attribute's value": f"{limits.MAX_STRING:,} characters",
        "nesting of an attribute's value": f"{limits.MAX_DEPTH}",
        "a number": f"{attribute_value._DIGITS} digits, 1E-130 to 9.99E+125",
    }


def test_every_error_that_the_page_names_is_one_of_the_services():
    errors = [ServiceError, *ServiceError.__subclasses__()]
    assert set(re.findall(r"FAIL_[A-Z_]+", TEXT)) == set(failures())
    # 400-03 is ASAPP's.
    assert set(re.findall(r"\b\d{3}-\d{2}\b", TEXT)) <= {"400-03", *(error.code for error in errors)}


def test_what_the_page_links_to_or_names_is_there():
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT)
    assert linked
    assert [path for path in linked if not (ROOT / "docs" / path).exists()] == []
    for target in re.findall(r"`make ([a-z-]+)`", TEXT):
        assert f"\n{target}:" in (ROOT / "Makefile").read_text()
