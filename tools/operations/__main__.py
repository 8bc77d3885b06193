"""The commands: `python -m tools.operations clients …`, and `… conversations …`."""

import argparse
import sys

from botocore.exceptions import BotoCoreError, ClientError

from tools.operations import conversations
from tools.operations.clients import Clients
from tools.operations.errors import OperationError
from tools.operations.target import DEFAULT_STACK, Target, find_target
from tools.operations.vault import Vault

TAKES_EFFECT = "It takes effect within five minutes."


def change_clients(target: Target, action: str, api_id: str) -> None:
    """Change one client; print a secret that was made, for the only time."""
    vault = Vault(target.client("secretsmanager"), target.secret)
    match action:
        case "add":
            clients, secret = vault.clients.add(api_id)
        case "rotate":
            clients, secret = vault.clients.rotate(api_id)
        case "finish":
            clients, secret = vault.clients.finish(api_id), ""
        case _:
            clients, secret = vault.clients.remove(api_id), ""
    vault.write(clients)
    print(f"{api_id}: done. {TAKES_EFFECT}")
    if action == "rotate":
        print(f"Its old secret is valid too, until 'finish {api_id}'.")
    if secret:
        print(f"Its secret, shown this once:\n{secret}")


def list_clients(clients: Clients) -> None:
    """Print the clients, never their secrets."""
    for api_id in sorted(clients.current.keys() | clients.previous.keys()):
        print(api_id + ("  (being rotated: two secrets are valid)" if clients.is_rotating(api_id) else ""))


def parse(words: list[str]) -> argparse.Namespace:
    """Return what a command line asks for."""
    description = "What operators do to a running stack."
    parser = argparse.ArgumentParser(prog="python -m tools.operations", description=description)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--stack", default=DEFAULT_STACK, help="the stack's name in AWS (default: %(default)s)")
    where.add_argument("--local", action="store_true", help="the stack that 'make serve' runs here")
    subjects = parser.add_subparsers(dest="subject", required=True)

    clients = subjects.add_parser("clients", help="who may call the API").add_subparsers(dest="action", required=True)
    clients.add_parser("list", help="show the clients")
    for action, meaning in {
        "add": "let a new client in",
        "rotate": "give a client a new secret, beside the one that it has",
        "finish": "let a rotated client in with its new secret only",
        "remove": "keep a client out",
    }.items():
        clients.add_parser(action, help=meaning).add_argument("api_id", metavar="ID")

    stored = subjects.add_parser("conversations", help="what is stored").add_subparsers(dest="action", required=True)
    stored.add_parser("erase", help="delete a conversation").add_argument("id", metavar="ID")
    restoring = stored.add_parser("restore", help="copy conversations back out of a restored table")
    restoring.add_argument("source", metavar="TABLE", help="the table that point-in-time recovery has made")
    restoring.add_argument("--only", metavar="ID", help="this conversation, no other")
    restoring.add_argument("--overwrite", action="store_true", help="also those that the table still has")
    return parser.parse_args(words)


def main() -> None:
    """Run the command; whatever goes wrong is one sentence and an exit code."""
    arguments = parse(sys.argv[1:])
    try:
        target = find_target(arguments.stack, local=arguments.local)
        match arguments.subject, arguments.action:
            case "clients", "list":
                list_clients(Vault(target.client("secretsmanager"), target.secret).clients)
            case "clients", action:
                change_clients(target, action, arguments.api_id)
            case _, "erase":
                conversations.erase(target, arguments.id)
            case _:
                conversations.restore(target, arguments.source, arguments.only, overwrite=arguments.overwrite)
    except OperationError as error:
        sys.exit(f"Error: {error}")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"Error: AWS refused ({error}).")


if __name__ == "__main__":
    main()
