"""SAM CLI's own `sam local` on the deployed stack, with the configuration in samconfig.toml."""

import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path
from shutil import which

import pytest
import yaml

from tools.command import run
from tools.contract import READ, SINGLE
from tools.local import sam_local
from tools.local.emulator import claim
from tools.local.process import guarded
from tools.local.programs import ROOT, SAM
from tools.local.stack import private_files

# A developer's shell can have these. None of them may reach a container.
CREDENTIALS = dict.fromkeys(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"], "real")
SHELL = CREDENTIALS | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_REGION": "eu-west-1", "TABLE_NAME": "real"}

in_a_container = pytest.mark.skipif(
    not which("docker") or run(["docker", "version"]).returncode != 0,
    reason="No container engine is running. Start Docker to test 'sam local'.",
)


@pytest.fixture
def options(stack, tmp_path):
    """Options for SAM CLI with the files that `make serve` writes, in a folder of the test's own."""
    files = {tmp_path / path.name: text for path, text in sam_local.files(stack).items()}
    template, variables = files
    sam_local.build_for_lambda()
    with private_files(files):
        # Where the template is, SAM CLI looks for the configuration.
        yield ["--template", template, "--env-vars", variables, "--config-file", ROOT / "samconfig.toml"]


@in_a_container
def test_sam_local_invoke_calls_the_emulator_and_no_account(options, read_back, conversation, tmp_path):
    event = json.loads((ROOT / "events/stored-minimal.json").read_text())
    event["body"] = json.dumps({"externalConversationId": conversation})
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event))

    words = ["local", "invoke", "IngestFunction", "--event", file, "--skip-pull-image", *options]
    invoked = run([*SAM, *words], env=os.environ | SHELL, cwd=ROOT)

    assert json.loads(invoked.stdout)["statusCode"] == 200, invoked.stderr
    assert read_back(conversation)["externalConversationId"] == conversation


@in_a_container
def test_sam_local_start_api_needs_credentials(options, stack, tmp_path):
    port = claim("127.0.0.1", 0)
    log = tmp_path / "log"
    words = ["local", "start-api", "--port", str(port), "--skip-pull-image", *options]

    def ask(headers):
        server = replace(stack, url=f"http://127.0.0.1:{port}")
        return server.request("GET", f"{READ}?externalConversationId=nobody", headers=headers).status

    with guarded([*SAM, *words], os.environ | SHELL, log) as process:
        deadline = time.monotonic() + 60
        while "Running on" not in log.read_text() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        # 404 is the read function's. SAM CLI turns the authorizer's refusal into 502, and sends 401 itself.
        assert ask(stack.credentials) == 404, log.read_text()
        assert ask(stack.credentials | {"asapp-api-secret": "wrong"}) == 502
        assert ask({}) == 401


def test_make_serve_writes_the_files_in_samconfig_with_the_authorizer(stack, monkeypatch):
    files = sam_local.files(stack)
    config = (ROOT / "samconfig.toml").read_text()
    assert [config.count(f'"{file.relative_to(ROOT)}"') for file in files] == [2, 2]

    template = yaml.safe_load(next(iter(files.values())))
    [authorizer] = template["Resources"]["Api"]["Properties"]["Auth"]["Authorizers"].values()
    assert authorizer["FunctionArn"] == {"Fn::GetAtt": ["AuthorizerFunction", "Arn"]}
    assert SINGLE in json.dumps(template)
    assert '"Ref": "AuthorizerFunction' not in json.dumps(template)

    monkeypatch.setattr("os.execve", lambda *_: None)
    code = Path(template["Resources"]["ReadFunction"]["Properties"]["CodeUri"])
    shutil.rmtree(code, ignore_errors=True)
    sam_local.become(["invoke"], stack.url)
    assert list(code.glob("pydantic_core/*.cpython-313-aarch64-*.so"))
