"""The commands and examples of README.md, run against the deployed stack or checked without one."""

import json
import os
import re
from itertools import pairwise

from documents import blocks

from tests.conftest import TEMPLATE
from tools.command import run
from tools.local.emulated_aws import client
from tools.local.programs import ROOT
from tools.local.sample import show

README = (ROOT / "README.md").read_text()
# The first words of the blocks that are not run here: they need a running `make serve`, or an AWS account.
NOT_RUN = ("URL=", "STACK=")


def assert_like(content, example):
    """Check content to be the example, in which … stands for what differs from run to run: a time, or a token."""
    content, example = (json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False) for text in (content, example))
    assert re.fullmatch(re.escape(example).replace("…", '[^"]+'), content) or content == example


def test_every_curl_command_gets_the_documented_response(stack):
    # README.md sets these first.
    variables = {"URL": stack.url, "API_ID": stack.api_id, "API_SECRET": stack.api_secret, "no_proxy": "127.0.0.1"}
    commands = [(block, response) for block, response in pairwise(blocks(README)) if block.startswith("curl")]
    assert len(commands) == 3
    for block, response in commands:
        ended = run(["bash", "-euo", "pipefail", "-c", block], env=os.environ | variables)
        head, _, body = ended.stdout.replace("\r\n", "\n").partition("\n\n")
        assert head.startswith("HTTP/1.1 200"), body + ended.stderr
        assert_like(body, response)


def test_samples_print_the_stored_item(stack, capsys):
    [example] = [block for block in blocks(README, "json") if '"submissions"' in block]
    # Other tests send the same sample.
    key = {"externalConversationId": {"S": json.loads(example)["externalConversationId"]}}
    client("dynamodb", stack.url).delete_item(TableName=stack.table_name, Key=key)
    show(stack)
    item = re.search(r"^Stored in [^\n]*\n(\{.*?^\})", capsys.readouterr().out, re.MULTILINE | re.DOTALL)
    assert_like(item[1], example)


def test_every_other_block_of_commands_is_known():
    assert [it for it in blocks(README, "sh") if not it.lstrip().startswith(("curl", *NOT_RUN))] == []


def test_every_named_parameter_and_output_exists():
    assert set(re.findall(r"\b([A-Z][a-z]\w*)=(?!=)", README)) <= TEMPLATE["Parameters"].keys()
    assert set(re.findall(r"\$\(output (\w+)\)", README)) <= TEMPLATE["Outputs"].keys()
    named = set(re.findall(r"`([A-Z][a-z]+[A-Z]\w*)`", README))
    assert named <= TEMPLATE["Parameters"].keys() | TEMPLATE["Outputs"].keys()
