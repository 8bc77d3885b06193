"""Checks over HTTP that a deployed stack keeps what the documents promise: `make smoke-test`."""

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPException, HTTPResponse
from typing import Any, NamedTuple
from urllib.request import HTTPErrorProcessor, ProxyHandler, Request, build_opener
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from tools.contract import CANARY, MANY, READ, SINGLE, ContractError, checked, require
from tools.errors import CommandError
from tools.operations.clients import Clients
from tools.operations.target import Target, find_target

SECONDS = 25
"""The time for all requests together."""
_LOOPBACK = r"http://(127\.0\.0\.1|localhost)[:/]"

Sent = tuple[str, str, dict[str, Any] | None, dict[str, str]]
"""A request: method, path, body, and headers."""


class Api(NamedTuple):
    """An API and the credentials of a client. With its stack, the stored conversation can be erased."""

    url: str
    api_id: str
    api_secret: str
    target: Target | None = None


class _Response(HTTPErrorProcessor):
    """Returns every response. An error is no exception, and no redirect sends the secret to another host."""

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:  # noqa: ARG002 -- urllib's
        return response

    https_response = http_response


def promises(api: Api, conversation: str) -> Iterator[tuple[str, int, dict[str, Any], list[Sent]]]:
    """Yield each promise: its text, the status, members of the body, and the requests that get them."""
    own = {"asapp-api-id": api.api_id, "asapp-api-secret": api.api_secret}
    read = f"{READ}?externalConversationId="

    def post(number: int, headers: dict[str, str] = own, path: str = SINGLE, **fields: object) -> Sent:
        submission = {"externalConversationId": conversation, "eventId": f"smoke-test-{number}", **fields}
        return "POST", path, submission, headers

    valid, invalid = post(1, platform="WEB", unknown=CANARY), post(3, lobId=[CANARY])
    batch = {"items": [post(2, attributes=[{"a": 1}])[2], invalid[2]]}
    stored = {"result": {"eventId": "smoke-test-1", "error": "", "ignoredFields": ["unknown"]}}
    refused = {"eventId": "smoke-test-3", "error": "FAIL_BAD_PARAMS: ERROR: lobId: must be a string"}
    results = {"errorCount": 1, "results": [{"eventId": "smoke-test-2", "error": ""}, refused]}
    record = {
        "externalConversationId": conversation,
        "platform": "WEB",
        "attributes": [{"name": "a", "value": 1}],
        "updatedBy": api.api_id,
        "events": ["smoke-test-1", "smoke-test-2"],
    }
    strangers = [{}, own | {"asapp-api-id": str(uuid4())}, own | {"asapp-api-secret": "wrong"}]
    nothing = [post(4, path=f"{SINGLE}-unknown"), ("PUT", *post(4)[1:]), ("GET", f"{read}{uuid4()}", None, own)]

    yield "a submission is stored", 200, stored, [valid]
    yield "the same submission gets the same answer again", 200, stored, [valid]
    yield "a batch stores its valid submissions", 200, results, [("POST", MANY, batch, own)]
    yield "the conversation has each submission once", 200, record, [("GET", read + conversation, None, own)]
    yield "an invalid submission is refused, and its field named", 400, {"result": refused}, [invalid]
    yield "wrong and missing credentials are rejected", 401, {"code": "401-01"}, [post(4, each) for each in strangers]
    yield "an unknown path, method, or conversation is not found", 404, {"code": "404-01"}, nothing
    yield "a body over 256 KiB is too large", 413, {"code": "413-01"}, [post(4, unknown="x" * 256 * 1024)]


def send(api: Api, sent: Sent, timeout: float) -> tuple[int, Mapping[str, str], str]:
    """Send a request. Return the status, headers, and body of the response."""
    method, path, body, headers = sent
    data = None if body is None else json.dumps(body).encode()
    # find_api accepts no other scheme than http and https.
    request = Request(api.url + path, data, {"Content-Type": "application/json", **headers}, method=method)  # noqa: S310
    proxy = ProxyHandler({} if re.match(_LOOPBACK, api.url) else None)
    with build_opener(_Response, proxy).open(request, timeout=timeout) as response:
        return response.status, response.headers, response.read().decode(errors="replace")


def run(api: Api) -> bool:
    """Print one line per promise, and erase what the API stored. Return True if every promise is kept."""
    conversation = f"smoke-test-{uuid4()}"
    end = time.monotonic() + SECONDS
    all_kept = True
    print(f"{api.url}, as client {api.api_id}", flush=True)
    try:
        for promise, status, members, requests in promises(api, conversation):
            try:
                for sent in requests:
                    answer = send(api, sent, max(end - time.monotonic(), 0.1))
                    require(answer[0] == status, f"expected {status}, got {answer[0]}: {answer[2][:300]}")
                    content = checked(*answer)
                    content = content.get("error", content)
                    require(members.items() <= content.items(), f"expected {members}, got {content}")
                print(f"ok      {status}: {promise}", flush=True)
            except ContractError as error:
                all_kept = False
                print(f"FAILED  {status}: {promise}\n        {error}", flush=True)
    finally:
        _erase(api.target, conversation)
    print("All promises are kept." if all_kept else "At least one promise is broken.")
    return all_kept


def _erase(target: Target | None, conversation: str) -> None:
    if not target:
        print(f"Conversation {conversation} is not erased, because a URL gives no access to the table.")
        return
    try:
        key = {"externalConversationId": {"S": conversation}}
        target.client("dynamodb").delete_item(TableName=target.table, Key=key)
    except (BotoCoreError, ClientError) as error:
        print(f"Conversation {conversation} is not erased ({error}).")


def find_api(words: list[str]) -> Api:
    """Return the API that the command line names, with the credentials of its oldest client."""
    parser = argparse.ArgumentParser(prog="python -m tools.smoke_test", description=__doc__)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--stack", default=os.environ.get("STACK"), help="name of a stack in AWS (default: $STACK)")
    where.add_argument("--url", help="base URL of an API, with API_ID and API_SECRET in the environment")
    where.add_argument("--local", action="store_true", help="the stack of the running 'make serve'")
    arguments = parser.parse_args(words)
    if arguments.url:
        if not re.match(rf"(?!\S*/metadata-ingestion)(https://\w|{_LOOPBACK})", arguments.url):
            raise CommandError("URL must be the API's base URL: https://HOST or https://HOST/live.")
        api = Api(arguments.url.rstrip("/"), os.environ.get("API_ID", ""), os.environ.get("API_SECRET", ""))
    elif arguments.local or arguments.stack:
        target = find_target(arguments.stack, local=arguments.local)
        print(target.description)
        clients = Clients(target.client("secretsmanager"), target.secret)
        # The oldest client and its older secret: for a minute, the authorizer's cache may lack what was just added.
        api_id = next(filter(clients.secrets_of, clients.entries), "")
        api = Api(target.url, api_id, clients.secrets_of(api_id)[0] if api_id else "", target)
    else:
        raise CommandError("Choose an API: make smoke-test STACK=…, URL=…, or LOCAL=1.")
    if not all(value and value.isascii() and value.isprintable() for value in (api.api_id, api.api_secret)):
        advice = "With URL, export API_ID and API_SECRET. Otherwise see 'python -m tools.operations clients list'."
        raise CommandError(f"No client has an id and a secret that a header can hold. {advice}")
    return api


def main() -> None:
    """Run the command. Exit with 1 if a promise is broken or nothing could be tested."""
    try:
        sys.exit(0 if run(find_api(sys.argv[1:])) else 1)
    except CommandError as error:
        sys.exit(f"Error: {error}")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"Error: AWS could not be used ({error}). Set AWS_PROFILE, or credentials and AWS_DEFAULT_REGION.")
    except (OSError, HTTPException) as error:
        sys.exit(f"Error: no answer, so the other promises were not tested ({error}).")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
