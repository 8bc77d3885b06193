"""Calls the API of a running stack over HTTP, as its clients do."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from tools.local.stack import Stack

SINGLE = "/metadata-ingestion/v1/single-convo-metadata"
MANY = "/metadata-ingestion/v1/many-convo-metadata"
READ = "/metadata-ingestion/v1/convo-metadata"


@dataclass(frozen=True)
class Answer:
    """What came back for a request."""

    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        """Return what the body says."""
        return json.loads(self.body)


def credentials(stack: Stack) -> dict[str, str]:
    """Return the headers that let the stack's client in."""
    return {"asapp-api-id": stack.api_id, "asapp-api-secret": stack.api_secret}


def request(
    stack: Stack, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """Send a request with exactly these headers, the stack's credentials where none are given; return the answer."""
    given = credentials(stack) if headers is None else headers
    base = urlsplit(stack.url)
    # An HTTPConnection heeds no proxy that the environment names, and leaves the headers' names as they are.
    with closing(HTTPConnection(base.netloc, timeout=60)) as connection:
        connection.request(method, base.path + path, body, dict(given))
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
