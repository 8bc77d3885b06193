"""The commands: `python -m tools.local run | serve | invoke | …`."""

import argparse
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from tools.local import docs, sam_local
from tools.local.deployment import functions
from tools.local.emulator import HOST
from tools.local.errors import StackError
from tools.local.event import function_for, invoke, read_event
from tools.local.log import follow
from tools.local.programs import LOCAL
from tools.local.redeploy import redeploy
from tools.local.sample import curl, show
from tools.local.stack import described, running, served


def run(_: argparse.Namespace) -> None:
    """Everything once: start, build, deploy, send the samples, stop."""
    with running("run") as stack:
        show(stack)
    print("Everything is stopped.")


def serve(arguments: argparse.Namespace) -> None:
    """Stay up until Ctrl-C."""
    hosts = [HOST, *sam_local.docker_hosts()]
    with running("serve", arguments.port, hosts=hosts) as stack, docs.serving(stack) as page:
        show(stack)
        with described(stack), sam_local.described(stack):
            print(f"Up until Ctrl-C. To send a submission:\n\n{curl(stack)}\n")
            print(f"To try it in a browser: {page}")
            print("To follow the functions' log lines: make logs")
            print("To take up changed sources: make redeploy\n", flush=True)
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
    print("\nEverything is stopped.")


def print_logs(_: argparse.Namespace) -> None:
    """Print the log lines of the running `serve` until Ctrl-C."""
    endpoint = served()["endpoint"]
    with suppress(KeyboardInterrupt):
        for line in follow(functions(endpoint).values(), endpoint):
            print(line, flush=True)


def take_up(_: argparse.Namespace) -> None:
    """Give the functions of the running `serve` the sources as they are now."""
    redeploy(LOCAL / "serve", served()["endpoint"])


def send_event(arguments: argparse.Namespace) -> None:
    """Print what a function of the running `serve` answers to an event."""
    event = read_event(arguments.event)
    function = function_for(event, arguments.function)
    stack = served()
    print(invoke(event, function, stack["apiSecret"], stack["endpoint"]))


def sam_invoke(arguments: argparse.Namespace) -> None:
    """Run `sam local invoke` with an event."""
    name = function_for(read_event(arguments.event), arguments.function)
    words = ["invoke", f"{name}Function", "--event", str(arguments.event), *arguments.options]
    sam_local.become(words, served()["endpoint"])


def sam_start_api(arguments: argparse.Namespace) -> None:
    """Run `sam local start-api`."""
    sam_local.become(["start-api", *arguments.options], served()["endpoint"])


_COMMANDS = {
    "run": run,
    "serve": serve,
    "logs": print_logs,
    "redeploy": take_up,
    "invoke": send_event,
    "sam-invoke": sam_invoke,
    "sam-start-api": sam_start_api,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.local", description="The service on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    parsers = {name: commands.add_parser(name, help=call.__doc__) for name, call in _COMMANDS.items()}
    parsers["serve"].add_argument("--port", type=_port)
    for name in ("invoke", "sam-invoke"):
        parsers[name].add_argument("event", type=Path)
        parsers[name].add_argument("--function")
    for name in ("sam-invoke", "sam-start-api"):
        parsers[name].add_argument("options", nargs="*", help="after --: SAM CLI's own")
    return parser.parse_args()


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 2**16:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a port: choose a number from 1 to 65535")


def main() -> None:
    """Run the command; whatever goes wrong is one sentence and an exit code."""
    arguments = _arguments()
    # As an exception, like Ctrl-C, a signal unwinds the `with` blocks that stop everything.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda signalled, _: sys.exit(128 + signalled))
    try:
        _COMMANDS[arguments.command](arguments)
    except StackError as error:
        sys.exit(f"Error: {error}")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"Error: the emulator can't be asked, or refused ({error}). Its log is in {LOCAL}.")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
