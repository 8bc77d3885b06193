"""The commands and examples of README.md, run against the deployed stack or checked without one."""

import json
import os
import re
from itertools import pairwise

from tools.command import run
from tools.local.emulated_aws import client
from tools.local.programs import ROOT
from tools.local.sample import show

README = (ROOT / "README.md").read_text()
FENCES = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", README, re.MULTILINE | re.DOTALL)

# The end of a text that differs from run to run: a time, or a token.
OPEN = "…"

# The first words of the blocks that are not run here: they need a running `make serve`, or an AWS account.
NOT_RUN = ("URL=", "STACK=")


def _with_open_ends(value, example):
    """Return the value, with the ends of texts that the example leaves open replaced by its own."""
    if isinstance(value, dict) and isinstance(example, dict):
        return {name: _with_open_ends(each, example.get(name)) for name, each in value.items()}
    if isinstance(value, list) and isinstance(example, list):
        return [_with_open_ends(each, other) for each, other in zip(value, example, strict=False)]
    is_open = isinstance(example, str) and example.endswith(OPEN) and str(value).startswith(example.removesuffix(OPEN))
    return example if is_open else value


def test_every_curl_command_gets_the_documented_response(stack):
    # README.md sets these first.
    variables = {"URL": stack.url, "API_ID": stack.api_id, "API_SECRET": stack.api_secret, "no_proxy": "127.0.0.1"}
    answered = 0
    for (_, block), (next_language, expected) in pairwise([*FENCES, ("", "")]):
        if block.startswith("curl"):
            ended = run(["bash", "-euo", "pipefail", "-c", block], env=os.environ | variables)
            head, _, body = ended.stdout.replace("\r\n", "\n").partition("\n\n")
            assert head.startswith("HTTP/1.1 200"), body + ended.stderr
            assert next_language == "json"
            assert _with_open_ends(json.loads(body), json.loads(expected)) == json.loads(expected)
            answered += 1
    assert answered == 3


def test_samples_print_the_stored_item(stack, capsys):
    [example] = [json.loads(block) for _, block in FENCES if '"submissions"' in block]
    # Other tests send the same sample.
    key = {"externalConversationId": {"S": example["externalConversationId"]}}
    client("dynamodb", stack.endpoint).delete_item(TableName=stack.table_name, Key=key)
    show(stack)
    item = re.search(r"^Stored in [^\n]*\n(\{.*?^\})", capsys.readouterr().out, re.MULTILINE | re.DOTALL)
    assert _with_open_ends(json.loads(item[1]), example) == example


def test_every_other_block_of_commands_is_known():
    for language, block in FENCES:
        assert language != "sh" or block.lstrip().startswith(("curl", *NOT_RUN)), block


def test_every_named_parameter_and_output_exists(template):
    assert set(re.findall(r"\b([A-Z][a-z]\w*)=(?!=)", README)) <= template["Parameters"].keys()
    assert set(re.findall(r"\$\(output (\w+)\)", README)) <= template["Outputs"].keys()
    named = set(re.findall(r"`([A-Z][a-z]+[A-Z]\w*)`", README))
    assert named <= template["Parameters"].keys() | template["Outputs"].keys()
