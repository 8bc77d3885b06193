"""A page to try the API on: its document in Swagger UI, credentials filled in, and a way through to the stack."""

import json
import mimetypes
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path
from string import Template
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import yaml

from tools.local.api import MANY, READ, SINGLE, credentials, request
from tools.local.emulator import HOST
from tools.local.programs import ROOT
from tools.local.stack import Stack

_FOLDER = "/docs"
_ROUTES = {("POST", SINGLE), ("POST", MANY), ("GET", READ)}

# The package is for Flask, which is not imported: only its copy of Swagger UI is of use here.
_SWAGGER_UI = Path(str(distribution("flask-swagger-ui").locate_file("flask_swagger_ui/dist")))
_ASSETS = {f"{_FOLDER}/{name}" for name in ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")}

_SENT_ON = {"accept", "asapp-api-id", "asapp-api-secret", "content-type"}
_SENT_BACK = {"content-type", "retry-after", "x-amzn-requestid"}

_PAGE_HEADERS = {
    "Cache-Control": "no-store",
    # The page holds credentials: it loads and calls nothing but this server, and nobody may frame it.
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
}


@contextmanager
def serving(stack: Stack) -> Iterator[str]:
    """Serve the page on a free loopback port for as long as the block lasts; yield its address."""
    with _Server(stack) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield f"http://{server.authority}{server.page_path}"
        finally:
            server.shutdown()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, stack: Stack) -> None:
        super().__init__((HOST, 0), _Handler)
        self.stack = stack
        self.page = _page(stack).encode()
        # It holds the credentials: other users of the machine can't guess it.
        self.page_path = f"{_FOLDER}/{secrets.token_urlsafe()}"
        self.authority = f"{HOST}:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        match self.command, urlsplit(self.path).path:
            case _ if not self._is_addressed():
                self._answer(HTTPStatus.MISDIRECTED_REQUEST)
            case "GET", self.server.page_path:
                self._answer(HTTPStatus.OK, {"Content-Type": "text/html"} | _PAGE_HEADERS, self.server.page)
            case "GET", path if path in _ASSETS:
                asset = _SWAGGER_UI / path.removeprefix(f"{_FOLDER}/")
                kind, _ = mimetypes.guess_type(asset.name)
                self._answer(HTTPStatus.OK, {"Content-Type": str(kind)}, asset.read_bytes())
            case route if route in _ROUTES:
                self._pass_on()
            case _:
                self._answer(HTTPStatus.NOT_FOUND)

    do_POST = do_GET  # noqa: N815 -- the name that http.server calls

    def log_message(self, *_: Any) -> None:
        """Say nothing: the terminal is for the person who started this."""

    def _is_addressed(self) -> bool:
        # A foreign site can have its own name resolve to this address; the browser then still says that name.
        return self.headers["Host"] in {self.server.authority, f"localhost:{self.server.server_port}"}

    def _pass_on(self) -> None:
        length = int(self.headers["Content-Length"] or 0)
        body = self.rfile.read(length) if length else None
        headers = {name: value for name, value in self.headers.items() if name.lower() in _SENT_ON}
        try:
            answer = request(self.server.stack, self.command, self.path, body, headers)
        except (OSError, HTTPException):
            self._answer(HTTPStatus.BAD_GATEWAY)
        else:
            kept = {name: value for name, value in answer.headers.items() if name.lower() in _SENT_BACK}
            self._answer(answer.status, kept, answer.body)

    def _answer(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _page(stack: Stack) -> str:
    document = yaml.safe_load((ROOT / "openapi.yaml").read_text())
    # To this server, whose address is the page's own.
    document["servers"] = [{"url": "/"}]
    schemes = document["components"]["securitySchemes"]
    filled_in = {name: credentials(stack)[scheme["name"]] for name, scheme in schemes.items()}
    # A "<" could end the script element that they stand in.
    values = {"document": document, "credentials": filled_in}
    escaped = {name: json.dumps(value).replace("<", "\\u003c") for name, value in values.items()}
    return Template(Path(__file__).with_suffix(".html").read_text()).substitute(escaped)
