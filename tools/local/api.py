"""Calls the API of a running stack over HTTP, as its clients do."""

from collections.abc import Mapping

from urllib3 import BaseHTTPResponse, PoolManager

from tools.local.stack import Stack

SINGLE = "/metadata-ingestion/v1/single-convo-metadata"
MANY = "/metadata-ingestion/v1/many-convo-metadata"
READ = "/metadata-ingestion/v1/convo-metadata"


def credentials(stack: Stack) -> dict[str, str]:
    """Return the headers that let the stack's client in."""
    return {"asapp-api-id": stack.api_id, "asapp-api-secret": stack.api_secret}


def request(
    stack: Stack, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> BaseHTTPResponse:
    """Send a request with these headers, the stack's credentials where none are given; return the answer."""
    given = credentials(stack) if headers is None else headers
    # A PoolManager heeds no proxy that the environment names.
    with PoolManager() as connections:
        return connections.request(method, stack.url + path, body, headers=given, timeout=60, retries=False)
