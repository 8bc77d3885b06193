"""docs/integrating.md, a generated client, and the Postman collection, on the deployed stack."""

import json
import os
from urllib.parse import urlencode

import pytest
from page import PLATFORMS, SECTIONS, code, quoted, run_javascript, run_python, table

from tools.command import run
from tools.local.api import MANY, READ, SINGLE
from tools.local.programs import ROOT

SEND_WITH_PYTHON = """
sent = submission(json.load(sys.stdin))
print(json.dumps([sent, send(sent), read(sent["externalConversationId"])]))
"""
SEND_WITH_JAVASCRIPT = """
const sent = submission(JSON.parse(require("fs").readFileSync(0)));
send(sent)
  .then(async (result) => [sent, result, await read(sent.externalConversationId)])
  .then((all) => console.log(JSON.stringify(all)));
"""
GENERATED = """
import json, os
from client import AuthenticatedClient
from client.api.conversations import read
from client.api.submissions import submit
from client.models import Attribute, Platform, Submission

attribute = Attribute(name="queue", value={"waited": 37})
other = Attribute()
other["vip"] = True
submission = Submission("generated", event_id="e1", platform=Platform.WAB, attributes=[attribute, other])
client = AuthenticatedClient(
    os.environ["URL"], os.environ["API_SECRET"], prefix="", auth_header_name="asapp-api-secret",
    headers={"asapp-api-id": os.environ["API_ID"]}, raise_on_unexpected_status=True,
)
answers = [submit.sync(client=client, body=submission), read.sync(client=client, external_conversation_id="generated")]
print(json.dumps([answer.to_dict() for answer in answers]))
"""


@pytest.fixture
def env(stack):
    """The variables that the page's code reads."""
    return os.environ | {"URL": stack.url, "API_ID": stack.api_id, "API_SECRET": stack.api_secret}


def integrate(platform, payload, env):
    """Run a platform's example with a payload; return the submission, its result, and the record."""
    language, last, run_source = "python", SEND_WITH_PYTHON, run_python
    if "```python" not in SECTIONS[platform]:
        language, last, run_source = "js", SEND_WITH_JAVASCRIPT, run_javascript
    source = "\n".join([code("Send", language), code(platform, language), last])
    ended = run_source(source, json.dumps(payload), env)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == "", "Something was not stored."
    return json.loads(ended.stdout)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_payload_is_stored_whole_and_its_redelivery_changes_nothing(platform, env):
    payload = json.loads(code(platform, "json"))
    submission, result, record = integrate(platform, payload, env)

    assert result == {"eventId": submission["eventId"], "error": ""}
    fields = {name: value for name, value in submission.items() if name != "attributes" and value is not None}
    assert fields.items() <= record.items()
    pairs = {name: value for pairs in submission["attributes"] for name, value in pairs.items()}
    assert {pair["name"]: pair["value"] for pair in record["attributes"]} == pairs
    assert record["events"] == [submission["eventId"]]

    left_out = {name for *_, names in table("Event ids") for name in quoted(names)}
    delivered_again = integrate(platform, payload | dict.fromkeys(payload.keys() & left_out, 7), env)
    assert delivered_again == [submission, result, record]


@pytest.mark.parametrize("row", table("Attributes"), ids=lambda row: row[0])
def test_each_form_of_attributes_is_stored_as_the_table_says(row, submit, read_back, conversation):
    [sent], stored, ignored = (quoted(cell) for cell in row)
    answer = submit({"externalConversationId": conversation, "attributes": json.loads(sent)})
    if not stored:
        assert (row[1], answer.status) == ("refused", 400)
        return
    assert (answer.status, answer.json()["result"].get("ignoredFields", [])) == (200, ignored)
    read = {pair["name"]: pair["value"] for pair in read_back(conversation)["attributes"]}
    assert read == json.loads(stored[0])


@pytest.mark.parametrize("row", table("Values"), ids=lambda row: row[0])
def test_a_value_is_read_back_as_the_table_says(row, submit, call, conversation):
    sent, [stored] = (quoted(cell) for cell in row)
    for text in sent:
        body = f'{{"externalConversationId": "{conversation}", "attributes": [{{"v": {text}}}]}}'
        assert submit(body.encode()).status == 200
        answer = call("GET", f"{READ}?{urlencode({'externalConversationId': conversation})}")
        # As text: a number's digits are the point.
        assert f'"value": {stored}}}' in answer.data.decode()


def test_text_that_is_not_utf8_is_refused_in_an_id_and_replaced_elsewhere(submit, read_back, conversation):
    assert submit('{"externalConversationId": "Zoë"}'.encode("latin-1")).status == 400
    body = f'{{"externalConversationId": "{conversation}", "campaign": "Zoë"}}'
    assert submit(body.encode("latin-1")).status == 200
    assert read_back(conversation)["campaign"] == "Zo\ufffd"


def test_a_generated_client_sends_a_submission_and_reads_it_back(env, tmp_path):
    python = ROOT / ".tools/clients/bin/python"
    config = tmp_path / "config.yaml"
    config.write_text("post_hooks: []\n")
    words = ["--path", ROOT / "openapi.yaml", "--output-path", tmp_path / "client", "--config", config]
    made = run([python, "-m", "openapi_python_client", "generate", "--fail-on-warning", "--meta", "none", *words])
    assert made.returncode == 0, made.stdout + made.stderr
    ended = run([python, "-c", GENERATED], env=env | {"PYTHONPATH": str(tmp_path)})
    assert ended.returncode == 0, ended.stderr
    answer, record = json.loads(ended.stdout)
    assert answer == {"result": {"eventId": "e1", "error": ""}}
    assert record["platform"] == "WAB"
    assert record["attributes"] == [{"name": "queue", "value": {"waited": 37}}, {"name": "vip", "value": True}]


def test_each_request_of_the_collection_gets_a_200(stack, call):
    variables = {"{{apiId}}": stack.api_id, "{{apiSecret}}": stack.api_secret}
    paths = set()
    for item in json.loads((ROOT / "docs/postman-collection.json").read_text())["item"]:
        request = item["request"]
        path = request["url"].removeprefix("{{url}}")
        headers = {header["key"]: variables[header["value"]] for header in request["header"]}
        body = request["body"]["raw"].encode() if "body" in request else None
        assert call(request["method"], path, body, headers).status == 200, item["name"]
        paths.add(path.partition("?")[0])
    assert paths == {SINGLE, MANY, READ}
