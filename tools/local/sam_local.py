"""Runs the functions of the running local stack in Docker, with `sam local`."""

import fcntl
import json
import os
import platform
import shlex
import socket
import struct
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import yaml

from tools.local import programs
from tools.local.deployment import adapted_template, artifact, build
from tools.local.emulated_aws import client
from tools.local.stack import Stack
from tools.local.step import step

# samconfig.toml contains the paths of both files.
_TEMPLATE = programs.LOCAL / "sam-local.yaml"
# The template's variables again: otherwise a variable of the developer's shell would replace the template's value.
_VARIABLES = programs.LOCAL / "sam-local.json"
_ARTIFACT = "lambda"

_SIOCGIFADDR = 0x8915  # linux/sockios.h: ask for an interface's address


def docker_hosts() -> list[str]:
    """Return the address of Docker's bridge, by which containers reach this machine, if there is a bridge.

    The containers of Docker Desktop run in a virtual machine, and reach this machine's loopback address from there.
    """
    with socket.socket() as asking:
        try:
            answer = fcntl.ioctl(asking, _SIOCGIFADDR, struct.pack("256s", b"docker0"))
        except OSError:
            return []
    return [socket.inet_ntoa(answer[20:24])]


def files(stack: Stack) -> dict[Path, str]:
    """Return the files that `sam local` reads. They contain the session token.

    Without them `sam local` cannot run, so it cannot reach an AWS account.
    """
    template = adapted_template()["Resources"]
    functions = {name: _function(name, template[name], stack) for name in stack.functions}
    resources = {"Api": _api(template["Api"])} | functions
    variables = {name: function["Properties"]["Environment"]["Variables"] for name, function in functions.items()}
    return {
        _TEMPLATE: yaml.safe_dump({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}),
        _VARIABLES: json.dumps(variables, indent=2),
    }


def build_for_lambda() -> None:
    """Build the functions for the template's runtime."""
    with step("Building the functions for Lambda"):
        build(_ARTIFACT, str(adapted_template()["Globals"]["Function"]["Runtime"]).removeprefix("python"))


def become(words: list[str], endpoint: str) -> NoReturn:
    """Build the functions for Lambda, and replace this process by SAM CLI's `sam local`."""
    # Only the function's response goes to stdout.
    with redirect_stdout(sys.stderr):
        build_for_lambda()
    print(f"sam local {shlex.join(words)}", file=sys.stderr, flush=True)
    os.chdir(programs.ROOT)
    command = [str(word) for word in [*programs.SAM, "local", *words]]
    os.execve(command[0], command, programs.sam_environment(endpoint))  # noqa: S606 -- our own words


def _function(name: str, template: dict[str, Any], stack: Stack) -> dict[str, Any]:
    """Return a function as it was deployed, for this machine's processor and with its AWS calls to the emulator."""
    deployed = client("lambda", stack.url).get_function_configuration(FunctionName=stack.functions[name])
    variables = {
        **deployed["Environment"]["Variables"],
        **programs.DUMMY_CREDENTIALS,
        "AWS_ENDPOINT_URL": f"http://host.docker.internal:{urlsplit(stack.url).port}",
        "AWS_SESSION_TOKEN": programs.session_token(),
    }
    properties = {
        **{kept: deployed[kept] for kept in ("Handler", "Runtime", "Timeout", "MemorySize", "LoggingConfig")},
        "CodeUri": str(artifact(_ARTIFACT)),
        "Architectures": ["arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"],
        "Environment": {"Variables": variables},
        "Events": template["Properties"].get("Events", {}),
    }
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


def _api(api: dict[str, Any]) -> dict[str, Any]:
    """Return the API with its authorizer by `Fn::GetAtt`, because SAM CLI cannot follow a reference to its alias."""
    auth = api["Properties"]["Auth"]
    for authorizer in auth["Authorizers"].values():
        function = authorizer["FunctionArn"]["Ref"].removesuffix(".Alias")
        authorizer["FunctionArn"] = {"Fn::GetAtt": [function, "Arn"]}
        authorizer["Identity"].pop("ReauthorizeEvery")
    return {"Type": api["Type"], "Properties": {"StageName": api["Properties"]["StageName"], "Auth": auth}}
