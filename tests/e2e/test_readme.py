"""Everything that README.md tells its reader to type: run as it stands, or checked as far as it can be here."""

import json
import os
import re
from itertools import pairwise

import botocore.session
import pytest
from botocore import xform_name

from tools.command import run
from tools.local.programs import ROOT, SAM

README = (ROOT / "README.md").read_text()
FENCES = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", README, re.MULTILINE | re.DOTALL)
ONE_LINE_EACH = README.replace("\\\n", " ")

# How a block begins that is not run here, and why.
NOT_RUN = {
    "make": "run, serve and test need no test beside this suite, which runs what they run",
    "sam": "it needs an AWS account or Docker; its words are checked below",
    "STACK=": "it needs an AWS account; its words are checked below",
}


# In SAM CLI's environment. A context without an object gets stand-ins for the commands.
OPTIONS_OF_SAM = """
import json, sys
from click import Context
from samcli.cli.main import cli

def options(name):
    command = cli
    for word in name.split():
        command = command.get_command(Context(command, obj=True), word)
    return [option for parameter in command.params for option in parameter.opts]

print(json.dumps({name: options(name) for name in sys.argv[1:]}))
"""


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


def test_every_curl_command_is_answered_as_it_says(reader):
    answered = 0
    for (_, block), (next_language, expected) in pairwise([*FENCES, ("", "")]):
        if block.startswith("curl"):
            head, _, body = reader(block).replace("\r\n", "\n").partition("\n\n")
            assert head.startswith("HTTP/1.1 200"), body
            assert next_language != "json" or json.loads(body) == json.loads(expected)
            answered += 1
    assert answered == 3


def test_every_other_block_of_commands_is_known():
    for language, block in FENCES:
        assert language != "sh" or block.lstrip().startswith(("curl", *NOT_RUN)), block


def test_every_target_of_make_is_there():
    rules = re.findall(r"^([a-z][a-z -]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    targets = {target for rule in rules for target in rule.split()}
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE)) <= targets


def test_every_file_that_is_linked_or_named_is_there():
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    named = re.findall(r"\bevents/[\w-]+\.json", README)
    assert [path for path in linked + named if not (ROOT / path).exists()] == []


def test_every_sam_command_has_the_options_that_are_named():
    commands = re.findall(r"(?:^ *|`|&& )sam ((?:local |remote )?[a-z-]+)([^|;&`\n]*)", ONE_LINE_EACH, re.MULTILINE)
    names = {name for name, _ in commands}
    options = json.loads(run([SAM[0], "-c", OPTIONS_OF_SAM, *names]).stdout)
    for name, rest in commands:
        assert set(re.findall(r"--[a-z-]+", rest)) <= set(options[name]), name


def test_every_aws_command_names_an_operation_and_its_parameters():
    session = botocore.session.get_session()
    for service, command, rest in re.findall(r"\baws ([a-z0-9]+) ([a-z-]+)([^|;`\n]*)", ONE_LINE_EACH):
        model = session.get_service_model(service)
        operations = {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}
        shape = operations[command].input_shape
        parameters = {f"--{xform_name(name, '-')}" for name in (shape.members if shape else ())}
        assert set(re.findall(r"--[a-z-]+", rest)) <= parameters | {"--query", "--output"}, command


def test_every_part_of_the_template_that_is_named_is_there(template):
    assert set(re.findall(r"\b[A-Z]\w*Function\b", README)) <= template["Resources"].keys()
    assert set(re.findall(r"\b([A-Z][a-z]\w*)=(?!=)", README)) <= template["Parameters"].keys()
    assert set(re.findall(r"\$\(output (\w+)\)", README)) <= template["Outputs"].keys()
