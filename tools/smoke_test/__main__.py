"""The command: `python -m tools.smoke_test`."""

import argparse
import os
import sys
import time
from collections.abc import Mapping
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError
from urllib3 import PoolManager, ProxyManager
from urllib3.exceptions import HTTPError

from tools.contract import ContractError
from tools.local.errors import StackError
from tools.operations.errors import OperationError
from tools.smoke_test.api import LOOPBACK, Api, ApiError, api_at, stack_api
from tools.smoke_test.promises import PROMISES, Answer, Caller, Send

SECONDS = 25
"""The time for all requests together."""


def run(api: Api, send: Send) -> int:
    """Print one line per promise, and return the number of broken ones. Erase what the API stored."""
    conversation = f"smoke-test-{uuid4()}"
    caller = Caller(send, api, conversation)
    broken = 0
    print(f"{api.name}: {api.url}, as client {api.api_id}", flush=True)
    try:
        for promise, check in PROMISES.items():
            try:
                check(caller)
            except ContractError as error:
                broken += 1
                print(f"FAILED  {promise}\n        {error}", flush=True)
            else:
                print(f"ok      {promise}", flush=True)
    finally:
        _erase(api, conversation)
    print(f"{broken} of {len(PROMISES)} promises are broken." if broken else f"All {len(PROMISES)} promises are kept.")
    return broken


def _erase(api: Api, conversation: str) -> None:
    reason = "a URL gives no access to the table"
    if api.target:
        try:
            key = {"externalConversationId": {"S": conversation}}
            api.target.client("dynamodb").delete_item(TableName=api.target.table, Key=key)
        except (BotoCoreError, ClientError) as error:
            reason = str(error)
        else:
            return
    print(f"Conversation {conversation} is not erased ({reason}).")


def sender(url: str) -> Send:
    """Return the function that sends requests to a base URL, for SECONDS in all."""
    parts = urlsplit(url)
    host = str(parts.hostname)
    proxy = None if host in LOOPBACK or proxy_bypass(host) else getproxies().get(parts.scheme)
    connections = ProxyManager(proxy) if proxy else PoolManager()
    end = time.monotonic() + SECONDS

    def send(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        timeout = max(end - time.monotonic(), 0.1)
        # No redirects: they would send the secret to another host.
        answer = connections.request(method, url + path, body, headers=headers, timeout=timeout, retries=False)
        return Answer(answer.status, answer.headers, answer.data.decode(errors="replace"))

    return send


def parse(words: list[str]) -> argparse.Namespace:
    """Return what a command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.smoke_test", description="Check over HTTP that a stack keeps its promises."
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--stack", default=os.environ.get("STACK"), help="name of a stack in AWS (default: $STACK)")
    where.add_argument("--url", help="base URL of an API, with API_ID and API_SECRET in the environment")
    where.add_argument("--local", action="store_true", help="the stack of the running 'make serve'")
    return parser.parse_args(words)


def find_api(arguments: argparse.Namespace) -> Api:
    """Return the API that the command line names."""
    if arguments.url:
        return api_at(arguments.url, os.environ)
    if arguments.local or arguments.stack:
        return stack_api(arguments.stack, os.environ.get("API_ID"), local=arguments.local)
    raise ApiError("Choose an API: make smoke-test STACK=…, URL=…, or LOCAL=1.")


def main() -> None:
    """Run the command. Exit with 1 if a promise is broken or nothing could be tested."""
    try:
        api = find_api(parse(sys.argv[1:]))
        broken = run(api, sender(api.url))
    except (ApiError, OperationError, StackError) as error:
        sys.exit(f"Error: {error}")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"Error: AWS could not be used ({error}). Set AWS_PROFILE, or credentials and AWS_DEFAULT_REGION.")
    except HTTPError as error:
        sys.exit(f"Error: no answer, so the other promises were not tested ({error}).")
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
