"""The commands: `python -m tools.operations clients …`, and `… conversations …`."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from tools.local.errors import StackError
from tools.operations import conversations
from tools.operations.clients import Clients
from tools.operations.errors import OperationError
from tools.operations.target import Target, find_target

# boto3 and SAM CLI read no AWS_REGION.
WHERE = (
    "Set AWS_PROFILE, or AWS_DEFAULT_REGION and credentials. "
    "Or did you mean the stack of 'make serve'? Then: LOCAL=1 with make, else --local."
)


class _Parser(argparse.ArgumentParser):
    """Says what to do about the one thing that its own messages leave unclear."""

    def error(self, message: str) -> NoReturn:
        """End the program with the message."""
        super().error(
            f"{message}\nAn ID that begins with a dash goes last, after a '--', and one of --only after a '='."
        )


def _given(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("it is empty: is a variable of the shell not set?")
    return text


def parse(words: list[str]) -> argparse.Namespace:
    """Return what a command line asks for."""
    parser = _Parser(prog="python -m tools.operations", description="What operators do to a running stack.")
    where = parser.add_mutually_exclusive_group()
    default = "conversation-metadata"
    where.add_argument("--stack", type=_given, default=default, help="its name in AWS (default: %(default)s)")
    where.add_argument("--local", action="store_true", help="the stack that 'make serve' runs here")
    subjects = parser.add_subparsers(dest="subject", required=True)

    clients = subjects.add_parser("clients", help="who may call the API").add_subparsers(dest="action", required=True)
    clients.add_parser("list", help="show the clients")
    for action in ("add", "rotate", "finish", "remove"):
        changing = clients.add_parser(action, help=getattr(Clients, action).__doc__)
        changing.add_argument("id", type=_given, metavar="ID")

    stored = subjects.add_parser("conversations", help="what is stored").add_subparsers(dest="action", required=True)
    erasing = stored.add_parser("erase", help="delete a conversation, and list it as erased")
    erasing.add_argument("id", type=_given, metavar="ID")
    erasing.add_argument("--list", type=_given, metavar="FILE", help="the list (default: erased-STACK.jsonl)")
    restoring = stored.add_parser("restore", help="copy conversations back out of a restored table")
    restoring.add_argument("source", type=_given, metavar="TABLE", help="the table that was restored")
    restoring.add_argument("--only", type=_given, metavar="ID", help="this conversation, no other")
    restoring.add_argument("--overwrite", action="store_true", help="also those that the table still has")
    restoring.add_argument(
        "--except", type=_given, metavar="FILE", dest="erased", action="append", default=[],
        help="leave out what 'erase' has listed here, and in erased-STACK.jsonl if there is one; can be repeated",
    )  # fmt: skip
    return parser.parse_args(words)


def change_clients(target: Target, arguments: argparse.Namespace) -> None:
    """List the clients, never their secrets; or change one, and print a secret that was made, for the only time."""
    clients = Clients(target.client("secretsmanager"), target.secret)
    if arguments.action == "list":
        for api_id in sorted(clients.current):
            print(api_id + ("  (being rotated: two secrets are valid)" if clients.is_rotating(api_id) else ""))
        return
    secret = getattr(clients, arguments.action)(arguments.id)
    print(f"{arguments.id}: done. It takes effect within five minutes.")
    if arguments.action == "rotate":
        print(f"Its old secret is valid too, until 'finish {arguments.id}'.")
    if secret:
        print(f"Its secret, shown this once:\n{secret}")


def change_conversations(target: Target, arguments: argparse.Namespace) -> None:
    """Erase a conversation, or restore some."""
    own_list = Path(f"erased-{'local' if arguments.local else arguments.stack}.jsonl")
    if arguments.action == "erase":
        conversations.erase(target, arguments.id, Path(arguments.list or own_list))
        return
    files = [Path(file) for file in arguments.erased] + ([own_list] if own_list.exists() else [])
    if not files:
        print(f"Nothing is left out as erased: there is no {own_list} here, and no --except FILE.", file=sys.stderr)
    erased = conversations.read_erased(files)
    conversations.restore(target, arguments.source, arguments.only, erased, overwrite=arguments.overwrite)


def main() -> None:
    """Run the command; whatever goes wrong is one sentence and an exit code."""
    arguments = parse(sys.argv[1:])
    change = change_clients if arguments.subject == "clients" else change_conversations
    try:
        change(find_target(arguments.stack, local=arguments.local), arguments)
    except (OperationError, StackError) as error:
        sys.exit(f"Error: {error}")
    except (NoCredentialsError, NoRegionError) as error:
        sys.exit(f"Error: {str(error).rstrip('.')}. {WHERE}")
    except ClientError as error:
        sys.exit(f"Error: AWS refused ({error}).")
    except BotoCoreError as error:
        sys.exit(f"Error: AWS could not be asked ({error}).")
    except KeyboardInterrupt:
        print("\nStopped. What was under way has either taken effect or not: run the command again.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
