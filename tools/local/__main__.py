"""The commands: `python -m tools.local run | serve | invoke`."""

import argparse
import json
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from tools.local import docs
from tools.local.errors import StackError
from tools.local.event import function_for, invoke, read_event
from tools.local.private import write_private
from tools.local.sample import curl, show
from tools.local.stack import LOCAL, Stack, running

_DESCRIPTION = LOCAL / "stack.json"


def run() -> None:
    """Everything once: start, build, deploy, send the samples, stop."""
    with running("run") as stack:
        show(stack)
    print("Everything is stopped.")


def serve(port: int | None) -> None:
    """Stay up until Ctrl-C."""
    with running("serve", port) as stack, docs.serving(stack) as page:
        show(stack)
        try:
            _describe(stack)
            print(f"Up until Ctrl-C. To send a submission:\n\n{curl(stack)}\n")
            print(f"To try it in a browser: {page}\n", flush=True)
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
        finally:
            _DESCRIPTION.unlink(missing_ok=True)
    print("\nEverything is stopped.")


def send_event(file: Path, function: str | None) -> None:
    """Print what a function of the running `serve` answers to the event in `file`."""
    event = read_event(file)
    try:
        endpoint = json.loads(_DESCRIPTION.read_text())["endpoint"]
    except OSError as error:
        raise StackError("The local stack is not running: start it with 'make serve'.") from error
    answer = invoke(event, function or function_for(event), endpoint)
    print(json.dumps(answer, indent=2, ensure_ascii=False))


def _describe(stack: Stack) -> None:
    """Tell other programs where the stack is. It holds the secret, so it is for this user only."""
    description = {
        "url": stack.url,
        "apiId": stack.api_id,
        "apiSecret": stack.api_secret,
        "endpoint": stack.endpoint,
        "tableName": stack.table_name,
    }
    write_private(_DESCRIPTION, json.dumps(description, indent=2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.local", description="The service on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start, send the samples, stop")
    commands.add_parser("serve", help="start, and stay up until Ctrl-C").add_argument("--port", type=_port)
    sending = commands.add_parser("invoke", help="send one event to a function of the running 'serve'")
    sending.add_argument("event", type=Path)
    sending.add_argument("--function")
    return parser.parse_args()


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
        match arguments.command:
            case "run":
                run()
            case "serve":
                serve(arguments.port)
            case _:
                send_event(arguments.event, arguments.function)
    except StackError as error:
        sys.exit(f"Error: {error}")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"Error: the emulator refused ({error}). Its log is in {LOCAL}.")
    except KeyboardInterrupt:
        print("\nEverything is stopped.")
        sys.exit(130)


if __name__ == "__main__":
    main()
