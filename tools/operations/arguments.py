"""The arguments of the operators' commands, and the conversation ids on standard input."""

import argparse
import json
import os
import re
import sys
from typing import Any, NoReturn

from tools.errors import CommandError
from tools.operations.clients import Clients


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # argparse's messages about an ID that it took for an option.
        if re.search("required|unrecognized|expected", message):
            message += "\nPut an ID that starts with a dash after '--', or write --only=ID."
        super().error(message)


def _text(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("must not be empty (is a shell variable unset?)")
    if text.encode(errors="ignore").decode() != text:
        raise argparse.ArgumentTypeError("must be UTF-8")
    return text


def _new_client(text: str) -> str:
    # It must fit in a header and in a log line.
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", text):
        raise argparse.ArgumentTypeError("must be 1 to 128 of A-Z a-z 0-9 . _ -, starting with a letter or digit")
    return text


def _conversation(text: str) -> str:
    if len(_text(text)) > 256 or text.isspace():  # noqa: PLR2004 -- the contract's limit
        raise argparse.ArgumentTypeError("must have 1 to 256 characters, at least one of which is not white space")
    return text


def parse(words: list[str]) -> argparse.Namespace:
    """Return the arguments of a command line."""
    shared = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--stack", type=_text, help="name of the stack (default: $STACK or conversation-metadata)")
    shared.add_argument("--local", action="store_true", help="use the running 'make serve' instead of AWS")
    shared.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    description = "Manage the clients and conversations of a deployed stack."
    parser = _Parser(prog="python -m tools.operations", description=description, parents=[shared])
    groups: Any = parser.add_subparsers(dest="group", required=True)

    def command(group: Any, name: str, description: str | None) -> Any:
        return group.add_parser(name, help=description, description=description, parents=[shared])

    clients = command(groups, "clients", "manage the clients that can call the API")
    clients = clients.add_subparsers(dest="command", required=True)
    command(clients, "list", "list the clients, without secrets")
    for name in ("add", "rotate", "finish", "remove"):
        id_type = _new_client if name == "add" else _text
        command(clients, name, getattr(Clients, name).__doc__).add_argument("id", type=id_type, metavar="ID")

    stored = command(groups, "conversations", "find, erase, or restore conversations")
    stored = stored.add_subparsers(dest="command", required=True)
    find = command(stored, "find", "print the ids of the conversations that have a value; reads the whole table")
    find.add_argument("name", type=_text, metavar="NAME", help="a field, such as campaign, or an attribute's name")
    find.add_argument("value", type=_text, metavar="VALUE", help="its value; also a number, or an element of a list")
    erase = command(stored, "erase", "delete conversations, and record them so that 'restore' skips them")
    erase.add_argument("ids", type=_conversation, metavar="ID", nargs="+", help="or -: one per line of standard input")
    command(stored, "erase-again", "delete what is recorded as erased, after the table itself was restored")
    restore = command(stored, "restore", "copy conversations from a restored table into the stack's table")
    restore.add_argument("source", type=_text, metavar="TABLE", help="the restored table to copy from")
    restore.add_argument("--only", type=_conversation, metavar="ID", help="copy only this conversation")
    restore.add_argument("--overwrite", action="store_true", help="also replace what is unchanged since the restore")
    restore.add_argument("--expired", action="store_true", help="also copy what has expired, and date each copy anew")
    restore.add_argument("--erasures", type=_text, metavar="TABLE", help="another stack's erasures, to skip as well")
    command(stored, "retain", "date every conversation anew, by the stack's RetentionDays")

    arguments = parser.parse_args(words, argparse.Namespace(stack=None, local=False, yes=False))
    if arguments.local and arguments.stack:
        parser.error("--stack and --local exclude each other")
    arguments.stack = arguments.stack or os.environ.get("STACK", "conversation-metadata")
    if not arguments.stack:
        parser.error("STACK is set, but empty")
    return arguments


def read_conversations() -> list[str]:
    """Return the ids on standard input, one per line; a line that starts with a quotation mark is a JSON string."""
    line, ids = "", []
    try:
        for line in sys.stdin.buffer.read().decode("utf-8-sig").split("\n"):
            if text := line.removesuffix("\r"):
                ids.append(_conversation(json.loads(text) if text.startswith('"') else text))
    except (ValueError, argparse.ArgumentTypeError) as error:
        raise CommandError(f"Can't read the ids on standard input, {line!r}: {error}. Nothing was erased.") from error
    return ids
