"""Everything that README.md tells its reader to type: run as it stands, or checked as far as it can be here."""

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

# Stands for what another run says otherwise, a time or a name, and for lines that an excerpt leaves out.
OPEN = "…"

# How a block begins that is not run here: it needs an AWS account or a running `make serve`, or is run by this suite.
NOT_RUN = ("make run", "sam build && sam deploy", "get()", "STACK=")


def _as_told(answer, told):
    """Return an answer with the parts that README.md leaves open as it has them."""
    if isinstance(answer, dict) and isinstance(told, dict):
        return {name: _as_told(value, told.get(name)) for name, value in answer.items()}
    return told if told == OPEN else answer


def test_every_curl_command_is_answered_as_it_says(stack):
    # Which README.md has set before.
    variables = {"URL": stack.url, "API_ID": stack.api_id, "API_SECRET": stack.api_secret, "no_proxy": "127.0.0.1"}
    answered = 0
    for (_, block), (next_language, expected) in pairwise([*FENCES, ("", "")]):
        if block.startswith("curl"):
            ended = run(["bash", "-euo", "pipefail", "-c", block], env=os.environ | variables)
            head, _, body = ended.stdout.replace("\r\n", "\n").partition("\n\n")
            assert head.startswith("HTTP/1.1 200"), body + ended.stderr
            assert next_language == "json"
            assert _as_told(json.loads(body), json.loads(expected)) == json.loads(expected)
            answered += 1
    assert answered == 3


def test_the_excerpt_is_what_the_samples_print(stack, capsys):
    [excerpt] = [block for _, block in FENCES if block.startswith("Deploying")]
    # Other tests send the examples too.
    sample = {"externalConversationId": {"S": "CC-2026-10-29-0048213"}}
    client("dynamodb", stack.endpoint).delete_item(TableName=stack.table_name, Key=sample)
    show(stack)
    printed = iter(capsys.readouterr().out.splitlines())
    for line in excerpt.splitlines():
        if not re.search(r" \.\.\. [\d.]+ s$", line):
            start, is_open, _ = line.partition(OPEN)
            assert any(told.startswith(start) if is_open else told == line for told in printed), line


def test_every_other_block_of_commands_is_known():
    for language, block in FENCES:
        assert language != "sh" or block.lstrip().startswith(("curl", *NOT_RUN)), block


def test_every_part_of_the_template_that_is_named_is_there(template):
    assert set(re.findall(r"\b([A-Z][a-z]\w*)=(?!=)", README)) <= template["Parameters"].keys()
    assert set(re.findall(r"\$\(output (\w+)\)", README)) <= template["Outputs"].keys()
    named = set(re.findall(r"`([A-Z][a-z]+[A-Z]\w*)`", README))
    assert named <= template["Parameters"].keys() | template["Outputs"].keys()
