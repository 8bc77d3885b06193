"""The emulator behind a guard, as an ASGI application.

By itself the emulator executes every request: a web page in the developer's browser could run code as the developer,
and another user of the machine could read the credentials. So only a request with the session token reaches the
emulated AWS. Every other request is a call of the deployed API. Its path and its headers make no difference.
"""

# mypy: disable-error-code="import-not-found, import-untyped, unused-ignore"
# It runs in the emulator's environment, which the type checker doesn't see.

import hmac
import os
import re
import resource
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from ministack.app import app

from tools.local.programs import API_ID, STAGE

_HOST = re.compile(rb"(127\.0\.0\.1|localhost|host\.docker\.internal)(:\d+)?")
# The emulator takes every request with this host and a path below the stage for a call of the API, which exists once it
# is deployed.
_API_HOST = f"{API_ID}.execute-api.localhost".encode()
# AWS's clients send it with every call, and the emulator passes it on to the functions.
_TOKEN = os.environ["AWS_SESSION_TOKEN"].encode()

# The emulator does the same when it starts by itself. macOS refuses an unlimited number of files.
with suppress(OSError, ValueError):
    _, _most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_most, _most))


async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Refuse a request, or pass it on as AWS's or as a call of the API."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
    elif scope["type"] == "http":
        headers = [(name.lower(), value) for name, value in scope["headers"]]
        if refused := _refusal(headers):
            status, reason = refused
            await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": reason.encode()})
        else:
            await app(scope if _has_token(headers) else _api_call(scope, headers), receive, send)
    else:
        await app(scope, receive, send)


def _refusal(headers: list[tuple[bytes, bytes]]) -> tuple[HTTPStatus, str] | None:
    """Return the reason to refuse a request, None if there is none."""
    names = [name for name, _ in headers]
    sites = {value for name, value in headers if name == b"sec-fetch-site"}
    # "none" is an address that a person has typed.
    if b"origin" in names or sites - {b"none"}:
        return HTTPStatus.MISDIRECTED_REQUEST, "The local stack rejects requests from web pages."
    hosts = [value for name, value in headers if name == b"host"]
    # A foreign site can have its own name resolve to this address; the browser then still sends that name.
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
        return HTTPStatus.MISDIRECTED_REQUEST, "Unknown Host header. Use 127.0.0.1 or localhost."
    signed = any(name == b"authorization" and value.startswith(b"AWS") for name, value in headers)
    if (signed or b"x-amz-security-token" in names) and not _has_token(headers):
        return HTTPStatus.FORBIDDEN, "Calls of the emulated AWS need the session token from .local/token."
    return None


def _has_token(headers: list[tuple[bytes, bytes]]) -> bool:
    tokens = [value for name, value in headers if name == b"x-amz-security-token"]
    return len(tokens) == 1 and hmac.compare_digest(tokens[0], _TOKEN)


def _api_call(scope: dict[str, Any], headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    """Return the request as a call of the deployed API's stage."""
    path, raw_path = scope["path"], scope.get("raw_path") or b""
    # A target need not be a path: "*", or a whole URL.
    separator = "" if path.startswith("/") else "/"
    return scope | {
        "path": f"/{STAGE}{separator}{path}",
        "raw_path": f"/{STAGE}{separator}".encode() + raw_path,
        "headers": [(b"host", _API_HOST), *(field for field in headers if field[0] != b"host")],
    }
