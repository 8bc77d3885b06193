"""The emulator behind a guard, as an ASGI application: it serves this checkout's own programs only.

By itself the emulator obeys everybody. A web page in the developer's browser could have it run a function's code as the
developer, and another user of the machine could read the credentials.
"""

# mypy: disable-error-code="import-not-found, import-untyped, unused-ignore"
# It runs in the emulator's environment, which the type checker doesn't see.

import hmac
import os
import re
import resource
from http import HTTPStatus
from typing import Any

from ministack.app import app

_HOST = re.compile(rb"(127\.0\.0\.1|localhost|host\.docker\.internal)(:\d+)?")
# The deployed API is open to everybody, because its authorizer asks for credentials.
_API = re.compile(r"/restapis/[^/]+/[^/]+/_user_request_(/|$)")
# AWS's clients send it with every call, and the emulator hands it on to the functions.
_TOKEN = os.environ["AWS_SESSION_TOKEN"].encode()

# The emulator sets this when it starts by itself.
_, _most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (_most, _most))


async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer a refused request, and pass on every other."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close"})
    elif scope["type"] == "http" and (refused := _refusal(scope)):
        status, reason = refused
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": reason.encode()})
    else:
        await app(scope, receive, send)


def _refusal(scope: dict[str, Any]) -> tuple[HTTPStatus, str] | None:
    """Return why a request is refused, None if it is not."""
    headers = dict(scope["headers"])
    if b"origin" in headers:
        return HTTPStatus.MISDIRECTED_REQUEST, "Web pages can't call the emulator."
    # A foreign site can have its own name resolve to this address; the browser then still says that name.
    if not _HOST.fullmatch(headers.get(b"host", b"")):
        return HTTPStatus.MISDIRECTED_REQUEST, "The emulator is not called by this name."
    if not _API.match(scope["path"]) and not hmac.compare_digest(headers.get(b"x-amz-security-token", b""), _TOKEN):
        return HTTPStatus.FORBIDDEN, "The emulator obeys only who sends the session token in .local/token."
    return None
