"""Everything that README.md tells its reader to type: run as it stands, or checked as far as it can be here."""

import json
import os
import re
from itertools import pairwise

import pytest

from tools.command import run
from tools.local.programs import ROOT
from tools.local.sample import show

README = (ROOT / "README.md").read_text()
FENCES = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", README, re.MULTILINE | re.DOTALL)
ONE_LINE_EACH = README.replace("\\\n", " ")

# Stands for what another run says otherwise, a time or a name, and for lines that an excerpt leaves out.
OPEN = "…"

# How a block begins that is not run here, and why.
NOT_RUN = {
    "make run": "this suite runs what it runs",
    "sam build && sam deploy": "it needs an AWS account",
    "get()": "it needs a running make serve",
    "STACK=": "it needs an AWS account; its words are checked below",
}


@pytest.fixture
def reader(stack):
    """A shell in which the variables are set that README.md has set before."""
    variables = {"URL": stack.url, "API_ID": stack.api_id, "API_SECRET": stack.api_secret, "no_proxy": "127.0.0.1"}

    def execute(block):
        shell = ["bash", "-euo", "pipefail", "-c", block]
        ended = run(shell, env=os.environ | variables)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    return execute


def _as_told(answer, told):
    """Return an answer with the parts that README.md leaves open as it has them."""
    if isinstance(answer, dict) and isinstance(told, dict):
        return {name: _as_told(value, told.get(name)) for name, value in answer.items()}
    return told if told == OPEN else answer


def test_every_curl_command_is_answered_as_it_says(reader):
    answered = 0
    for (_, block), (next_language, expected) in pairwise([*FENCES, ("", "")]):
        if block.startswith("curl"):
            head, _, body = reader(block).replace("\r\n", "\n").partition("\n\n")
            assert head.startswith("HTTP/1.1 200"), body
            assert next_language == "json"
            assert _as_told(json.loads(body), json.loads(expected)) == json.loads(expected)
            answered += 1
    assert answered == 3


def test_the_excerpt_is_what_the_samples_print(stack, capsys):
    [excerpt] = [block for _, block in FENCES if block.startswith("Deploying")]
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
