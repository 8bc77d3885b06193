"""The commands: `python -m tools.local run | serve | invoke | …`."""

import argparse
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from tools.local import deployment, docs, event, sam_local
from tools.local.emulator import HOST
from tools.local.errors import StackError
from tools.local.log import follow
from tools.local.programs import LOCAL
from tools.local.sample import curl, show
from tools.local.stack import description, private_files, running, served


def run(_: argparse.Namespace) -> None:
    """Everything once: start, build, deploy, send the samples, stop."""
    with running("run") as stack:
        show(stack)
    print("Everything is stopped.")


def serve(arguments: argparse.Namespace) -> None:
    """Stay up until Ctrl-C."""
    hosts = [HOST, *sam_local.docker_hosts()]
    with running("serve", arguments.port, hosts) as stack, docs.serving(stack) as page:
        show(stack)
        with private_files(description(stack) | sam_local.files(stack)):
            print(f"Up until Ctrl-C. To send a submission:\n\n{curl(stack)}\n")
            print(f"To try it in a browser: {page}")
            print("To follow the functions' log lines: make logs")
            print("To take up changed sources: make redeploy\n", flush=True)
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
    print("\nEverything is stopped.")


def logs(_: argparse.Namespace) -> None:
    """Print the log lines of the running `serve` until Ctrl-C."""
    endpoint = served()["endpoint"]
    with suppress(KeyboardInterrupt):
        for line in follow(deployment.functions(endpoint).values(), endpoint):
            print(line, flush=True)


def redeploy(_: argparse.Namespace) -> None:
    """Give the functions of the running `serve` the sources as they are now."""
    deployment.redeploy("serve", served()["endpoint"])


def invoke(arguments: argparse.Namespace) -> None:
    """Print what a function of the running `serve` answers to an event."""
    given = event.read_event(arguments.event)
    function = event.function_for(given, arguments.function)
    stack = served()
    print(event.invoke(given, function, stack["apiSecret"], stack["endpoint"]))


def sam_invoke(arguments: argparse.Namespace) -> None:
    """Run `sam local invoke` with an event."""
    name = event.function_for(event.read_event(arguments.event), arguments.function)
    words = ["invoke", f"{name}Function", "--event", str(arguments.event), *arguments.options]
    sam_local.become(words, served()["endpoint"])


def sam_start_api(arguments: argparse.Namespace) -> None:
    """Run `sam local start-api`."""
    sam_local.become(["start-api", *arguments.options], served()["endpoint"])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.local", description="The service on this machine.")
    commands = parser.add_subparsers(required=True)
    for call in (run, serve, logs, redeploy, invoke, sam_invoke, sam_start_api):
        command = commands.add_parser(call.__name__.replace("_", "-"), help=call.__doc__)
        command.set_defaults(call=call)
        if call is serve:
            command.add_argument("--port", type=int, default=8000, help="port of the API (default: 8000)")
        if call in {invoke, sam_invoke}:
            command.add_argument("event", type=Path)
            command.add_argument("--function")
        if call in {sam_invoke, sam_start_api}:
            command.add_argument("options", nargs="*", help="after --: SAM CLI's own")
    return parser.parse_args()


def main() -> None:
    """Run the command; whatever goes wrong is one sentence and an exit code."""
    arguments = _arguments()
    # As an exception, like Ctrl-C, a signal unwinds the `with` blocks that stop everything.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda signalled, _: sys.exit(128 + signalled))
    try:
        arguments.call(arguments)
    except StackError as error:
        sys.exit(f"Error: {error}")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"Error: the emulator can't be asked, or refused ({error}). Its log is in {LOCAL}.")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
