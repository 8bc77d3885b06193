"""A page to try the API on: its document in Swagger UI, credentials filled in, and a way through to the stack."""

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

from tools.local.api import MANY, READ, SINGLE, credentials, request
from tools.local.emulator import HOST
from tools.local.programs import ROOT
from tools.local.stack import Stack

_FOLDER = "/docs"
_ROUTES = {SINGLE: "POST", MANY: "POST", READ: "GET"}
_SWAGGER_UI = distribution("flask-swagger-ui").locate_file("flask_swagger_ui/dist")

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
    # It holds the credentials: other users of the machine can't guess it.
    path = f"{_FOLDER}/{secrets.token_urlsafe()}"
    # The terminal is for the person who started this.
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
        application.add_url_rule(route, route, lambda: _pass_on(stack), methods=[method])
    return application


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


def _pass_on(stack: Stack) -> flask.Response:
    given = flask.request
    headers = {name: value for name, value in given.headers.items() if name.lower() in _SENT_ON}
    answer = request(stack, given.method, given.full_path, given.get_data(), headers)
    kept = {name: value for name, value in answer.headers.items() if name.lower() in _SENT_BACK}
    return flask.Response(answer.data, answer.status, kept)
