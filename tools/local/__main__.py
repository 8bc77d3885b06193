"""The commands: `python -m tools.local run | serve | invoke | …`."""

import argparse
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from tools.local import docs, sam_local
from tools.local.deployment import outputs
from tools.local.emulator import HOST
from tools.local.errors import StackError
from tools.local.event import function_for, invoke, read_event
from tools.local.log import follow
from tools.local.programs import LOCAL
from tools.local.redeploy import redeploy
from tools.local.sample import curl, show
from tools.local.served import described, served
from tools.local.stack import running

_SERVED = "serve"
_STOPPED = "Everything is stopped."


def run() -> None:
    """Everything once: start, build, deploy, send the samples, stop."""
    with running("run") as stack:
        show(stack)
    print(_STOPPED)


def serve(port: int | None) -> None:
    """Stay up until Ctrl-C."""
    hosts = [HOST, *sam_local.docker_hosts()]
    with running(_SERVED, port, hosts=hosts) as stack, docs.serving(stack) as page:
        show(stack)
        with described(stack), sam_local.described(stack):
            print(f"Up until Ctrl-C. To send a submission:\n\n{curl(stack)}\n")
            print(f"To try it in a browser: {page}")
            print("To follow the functions' log lines: make logs")
            print("To take up changed sources: make redeploy\n", flush=True)
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
    print(f"\n{_STOPPED}")


def send_event(file: Path, function: str | None) -> None:
    """Print what a function of the running `serve` answers to the event in `file`."""
    event = read_event(file)
    name = function_for(event, function)
    stack = served()
    print(invoke(event, name, stack["apiSecret"], stack["endpoint"]))


def print_logs() -> None:
    """Print the log lines of the running `serve` until Ctrl-C."""
    endpoint = served()["endpoint"]
    functions = [name for output, name in outputs(endpoint).items() if output.endswith("FunctionName")]
    with suppress(KeyboardInterrupt):
        for line in follow(functions, endpoint):
            print(line, flush=True)


def sam_invoke(file: Path, function: str | None, options: list[str]) -> NoReturn:
    """Run `sam local invoke` with the event in `file`."""
    name = function_for(read_event(file), function)
    sam_local.become(["invoke", f"{name}Function", "--event", str(file), *options], served()["endpoint"])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.local", description="The service on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start, send the samples, stop")
    commands.add_parser("serve", help="start, and stay up until Ctrl-C").add_argument("--port", type=_port)
    commands.add_parser("logs", help="follow what the functions of the running 'serve' log")
    commands.add_parser("redeploy", help="give the functions of the running 'serve' the sources as they are now")
    for name, where in (("invoke", "of the running 'serve'"), ("sam-invoke", "in SAM CLI's container")):
        sending = commands.add_parser(name, help=f"send one event to a function {where}")
        sending.add_argument("event", type=Path)
        sending.add_argument("--function")
    starting = commands.add_parser("sam-start-api", help="serve the API from SAM CLI's containers")
    for command in (sending, starting):
        command.add_argument("options", nargs="*", help="after --: SAM CLI's own")
    return parser.parse_args()


def _call(arguments: argparse.Namespace) -> None:
    match arguments.command:
        case "run":
            run()
        case "serve":
            serve(arguments.port)
        case "logs":
            print_logs()
        case "redeploy":
            redeploy(LOCAL / _SERVED, served()["endpoint"])
        case "invoke":
            send_event(arguments.event, arguments.function)
        case "sam-invoke":
            sam_invoke(arguments.event, arguments.function, arguments.options)
        case _:
            sam_local.become(["start-api", *arguments.options], served()["endpoint"])


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 2**16:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a port: choose a number from 1 to 65535")


def _stop(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def main() -> None:
    """Run the command; whatever goes wrong is one sentence and an exit code."""
    arguments = _arguments()
    # As an exception, like Ctrl-C, a signal unwinds the `with` blocks that stop everything.
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    try:
        _call(arguments)
    except StackError as error:
        sys.exit(f"Error: {error}")
    except EndpointConnectionError:
        sys.exit("Error: the local stack is not running any more: start it with 'make serve'.")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"Error: the emulator refused ({error}). Its log is in {LOCAL}.")
    except KeyboardInterrupt:
        if arguments.command in {"run", "serve"}:
            print(f"\n{_STOPPED}")
        sys.exit(130)


if __name__ == "__main__":
    main()
