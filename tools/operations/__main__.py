"""Commands for operators: `python -m tools.operations clients …` and `python -m tools.operations conversations …`."""

import json
import os
import sys
from argparse import Namespace
from datetime import UTC

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, ProfileNotFound

from tools.errors import CommandError
from tools.operations import conversations, erasures
from tools.operations.arguments import parse, read_conversations
from tools.operations.clients import Clients
from tools.operations.target import Target, find_target

_AGAIN = "Some changes may have been made. It is safe to run the command again."

# boto3 and SAM CLI read no AWS_REGION.
_WHERE = "Set AWS_PROFILE, or credentials and AWS_DEFAULT_REGION. For the running 'make serve', use LOCAL=1 or --local."

# The runbook's sections about DynamoDB's errors.
_SECTIONS = {
    "ResourceNotFoundException": "Getting back a table that was deleted",
    "ProvisionedThroughputExceededException": "TableThrottlesAlarm",
    "ThrottlingException": "TableThrottlesAlarm",
}


def change_clients(target: Target, arguments: Namespace) -> None:
    """List the clients, or change one and print its new secret."""
    command = arguments.command
    if command == "remove":
        _confirm(f"Remove client {arguments.id} and all its secrets?", arguments)
    clients = Clients(target.client("secretsmanager"), target.secret)
    if command == "list":
        notes = {0: "  (no usable secret: every request with this id gets 401)", 1: ""}
        for api_id in sorted(clients.entries):
            print(api_id + notes.get(len(clients.secrets_of(api_id)), "  (rotating: two secrets are valid)"))
        print(f"Last change of the secret: {clients.changed_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
        return
    getattr(clients, command)(arguments.id)
    clients.write()
    done = {"add": "added", "rotate": "rotated", "finish": "finished", "remove": "removed"}[command]
    print(f"{arguments.id}: {done}. Takes effect within five minutes.")
    if command in {"add", "rotate"}:
        *old, new = clients.secrets_of(arguments.id)
        if old:
            print(f"The old secret stays valid until you run 'finish {arguments.id}'.")
        print(f"Secret (shown only once):\n{new}")


def change_conversations(target: Target, arguments: Namespace) -> None:
    """Run one of the commands for conversations."""
    match arguments.command:
        case "find":
            for conversation in conversations.find(target, arguments.name, arguments.value):
                print(_line(conversation))
        case "erase":
            ids = sorted({*arguments.ids} - {"-"} | {*(read_conversations() if "-" in arguments.ids else [])})
            _confirm(f"Erase {_line(ids[0]) if len(ids) == 1 else f'{len(ids):,} conversations'}?", arguments)
            missing = erasures.erase(target, ids)
            counts = f"{len(ids) - len(missing):,} erased, {len(missing):,} not in the table."
            print(counts, *map(_line, missing), sep="\n  ")
            print("A restore skips all of them. Backups, exports and logs: docs/operations.md, Erasing a conversation.")
        case "erase-again":
            print(f"{erasures.erase_again(target):,} recorded erasures repeated.")
        case "restore":
            if arguments.overwrite:
                _confirm(f"Replace what the stack stores with what {arguments.source} holds?", arguments)
            print(conversations.restore(target, arguments))
        case "retain":
            days = f"{target.retention_days:,} days after its last submission" if target.retention_days else "never"
            _confirm(f"Date every conversation anew, so that it expires {days}?", arguments)
            print(conversations.retain(target))


def _line(conversation: str) -> str:
    """Return an id on one line: as a JSON string if it has control characters. `erase -` reads both forms."""
    return conversation if conversation.isprintable() and conversation[0] != '"' else json.dumps(conversation)


def _confirm(question: str, arguments: Namespace) -> None:
    if arguments.yes:
        return
    if not sys.stdin.isatty():
        raise CommandError(f"{question} To confirm without a terminal, add --yes.")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise CommandError("Nothing was changed.")


def main() -> None:
    """Run the command. Every failure is one sentence and an exit code."""
    arguments = parse(sys.argv[1:])
    try:
        target = find_target(arguments.stack, local=arguments.local)
        print(target.description, file=sys.stderr)
        {"clients": change_clients, "conversations": change_conversations}[arguments.group](target, arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, such as `head`, has enough: https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except CommandError as error:
        sys.exit(f"Error: {error}")
    except ClientError as error:
        is_about_secret = error.operation_name.endswith(("Secret", "SecretValue"))
        section = "AuthorizerAlarm" if is_about_secret else _SECTIONS.get(error.response["Error"]["Code"])
        sys.exit(f"Error: AWS rejected the call ({error}).{f' See docs/operations.md, {section}.' if section else ''}")
    except BotoCoreError as error:
        has_no_account = isinstance(error, NoCredentialsError | NoRegionError | ProfileNotFound)
        sys.exit(f"Error: AWS could not be called ({error}). {_WHERE if has_no_account else _AGAIN}")
    except KeyboardInterrupt:
        print(f"\nInterrupted. {_AGAIN}", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
