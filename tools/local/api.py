"""Calls the API of a running stack over HTTP, as its clients do."""

from collections.abc import Mapping

from urllib3 import BaseHTTPResponse, PoolManager

from tools.local.stack import Stack

SINGLE = "/metadata-ingestion/v1/single-convo-metadata"
MANY = "/metadata-ingestion/v1/many-convo-metadata"
READ = "/metadata-ingestion/v1/convo-metadata"


def credentials(stack: Stack) -> dict[str, str]:
    """Return the headers with the credentials of the stack's client."""
    return {"asapp-api-id": stack.api_id, "asapp-api-secret": stack.api_secret}


def request(
    stack: Stack, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> BaseHTTPResponse:
    """Send a request, with the credentials of the stack's client unless there are headers. Return the response."""
    sent = credentials(stack) if headers is None else headers
    # A PoolManager ignores the proxies that the environment names.
    with PoolManager() as connections:
        return connections.request(method, stack.url + path, body, headers=sent, timeout=60, retries=False)
