"""The commands of the local stack: `python -m tools.local run | serve | invoke | …`."""

import argparse
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from tools.errors import CommandError
from tools.local import deployment, event, sam_local, try_it_page
from tools.local.emulator import HOST
from tools.local.log import follow
from tools.local.programs import LOCAL
from tools.local.sample import curl, show
from tools.local.stack import description, private_files, running, served


def run(_: argparse.Namespace) -> None:
    """deploy to an emulator, send samples, print what is stored, and stop"""
    with running("run") as stack:
        show(stack)
    print("Stopped.")


def serve(arguments: argparse.Namespace) -> None:
    """the same, but stay up until Ctrl-C"""
    hosts = [HOST, *sam_local.docker_hosts()]
    with running("serve", arguments.port, hosts) as stack, try_it_page.serving(stack) as page:
        show(stack)
        with private_files(description(stack) | sam_local.files(stack)):
            print(f"Ready at {stack.url}. Press Ctrl-C to stop. Send a submission:\n\n{curl(stack)}\n")
            print(f"Try it in a browser:  {page}")
            print("Follow the logs:      make logs")
            print("Update the functions: make redeploy\n", flush=True)
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
    print("\nStopped.")


def logs(_: argparse.Namespace) -> None:
    """follow the logs of the running 'serve'"""
    endpoint = served()["url"]
    with suppress(KeyboardInterrupt):
        for line in follow(deployment.functions(endpoint).values(), endpoint):
            print(line, flush=True)


def redeploy(_: argparse.Namespace) -> None:
    """update the running 'serve' from functions/"""
    deployment.redeploy("serve", served()["url"])


def invoke(arguments: argparse.Namespace) -> None:
    """invoke a function of the running 'serve' and print its response"""
    payload = event.read_event(arguments.event)
    function = event.function_for(payload, arguments.function)
    stack = served()
    print(event.invoke(payload, function, stack["apiSecret"], stack["url"]))


def sam_invoke(arguments: argparse.Namespace) -> None:
    """run 'sam local invoke' with an event, in Docker"""
    name = event.function_for(event.read_event(arguments.event), arguments.function)
    words = ["invoke", f"{name}Function", "--event", str(arguments.event), *arguments.options]
    sam_local.become(words, served()["url"])


def sam_start_api(arguments: argparse.Namespace) -> None:
    """run 'sam local start-api', in Docker"""
    sam_local.become(["start-api", *arguments.options], served()["url"])


def _arguments() -> argparse.Namespace:
    description = "Run the service on this machine, in an AWS emulator."
    parser = argparse.ArgumentParser(prog="python -m tools.local", description=description)
    commands = parser.add_subparsers(required=True)
    for call in (run, serve, logs, redeploy, invoke, sam_invoke, sam_start_api):
        command = commands.add_parser(call.__name__.replace("_", "-"), help=call.__doc__)
        command.set_defaults(call=call)
        if call is serve:
            command.add_argument("--port", type=int, default=8000, help="port of the API (default: 8000)")
        if call in {invoke, sam_invoke}:
            command.add_argument("event", type=Path, help="event file, such as events/stored-full.json")
            functions = "Ingest, Many, Read, or Authorizer (default: the one that API Gateway would invoke)"
            command.add_argument("--function", help=functions)
        if call in {sam_invoke, sam_start_api}:
            command.add_argument("options", nargs="*", help="options for SAM CLI, after --")
    return parser.parse_args()


def main() -> None:
    """Run the command. An error is one sentence and an exit code."""
    arguments = _arguments()
    # As an exception, like Ctrl-C, a signal leaves the `with` blocks, which stop everything.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    try:
        arguments.call(arguments)
    except CommandError as error:
        sys.exit(f"Error: {error}")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"Error: the emulator failed or can't be reached ({error}). See the logs in {LOCAL}.")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
