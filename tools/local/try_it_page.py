"""Serves the try-it page: openapi.yaml in Swagger UI with the credentials filled in, and a proxy to the stack."""

import json
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from string import Template
from threading import Thread

import flask
import yaml
from werkzeug.serving import make_server

from tools.contract import MANY, READ, SINGLE
from tools.local.emulator import HOST
from tools.local.programs import ROOT
from tools.local.stack import Stack

_FOLDER = "/docs"
_ROUTES = {SINGLE: "POST", MANY: "POST", READ: "GET"}
_SWAGGER_UI = distribution("flask-swagger-ui").locate_file("flask_swagger_ui/dist")

_REQUEST_HEADERS = {"accept", "asapp-api-id", "asapp-api-secret", "content-type"}
_RESPONSE_HEADERS = {"content-type", "retry-after", "x-amzn-requestid"}

_PAGE_HEADERS = {
    "Cache-Control": "no-store",
    # The page contains credentials: it connects to this server only, and no other page can frame it.
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
}


@contextmanager
def serving(stack: Stack) -> Iterator[str]:
    """Serve the page on a free loopback port for the duration of the block. Yield its URL."""
    # The page contains credentials, so its path must be a secret from other users of the machine.
    path = f"{_FOLDER}/{secrets.token_urlsafe()}"
    # Access logs would hide the output of the command.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server(HOST, 0, _application(stack, path), threaded=True)
    Thread(target=server.serve_forever).start()
    try:
        yield f"http://{HOST}:{server.port}{path}"
    finally:
        server.shutdown()


def _application(stack: Stack, path: str) -> flask.Flask:
    application = flask.Flask(__name__, static_url_path=_FOLDER, static_folder=str(_SWAGGER_UI))
    # A foreign site can have its own name resolve to this address; the browser then still says that name.
    application.config["TRUSTED_HOSTS"] = [HOST, "localhost"]
    page = _page(stack)
    application.add_url_rule(path, "page", lambda: flask.Response(page, headers=_PAGE_HEADERS))
    for route, method in _ROUTES.items():
        application.add_url_rule(route, route, lambda: _forward(stack), methods=[method])
    return application


def _page(stack: Stack) -> str:
    document = yaml.safe_load((ROOT / "openapi.yaml").read_text())
    # This server, by the page's own origin.
    document["servers"] = [{"url": "/"}]
    schemes = document["components"]["securitySchemes"]
    filled_in = {name: stack.credentials[scheme["name"]] for name, scheme in schemes.items()}
    # A "<" could end the page's script element.
    values = {"document": document, "credentials": filled_in}
    escaped = {name: json.dumps(value).replace("<", "\\u003c") for name, value in values.items()}
    return Template(Path(__file__).with_suffix(".html").read_text()).substitute(escaped)


def _forward(stack: Stack) -> flask.Response:
    received = flask.request
    headers = {name: value for name, value in received.headers.items() if name.lower() in _REQUEST_HEADERS}
    response = stack.request(received.method, received.full_path, received.get_data(), headers)
    kept = {name: value for name, value in response.headers.items() if name.lower() in _RESPONSE_HEADERS}
    return flask.Response(response.data, response.status, kept)
