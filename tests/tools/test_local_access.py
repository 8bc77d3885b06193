"""Whom the emulator of the local stack obeys: this checkout's own programs, and nobody else."""

from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tools.local import programs
from tools.local.emulator import emulating
from tools.local.programs import session_token
from tools.local.stack import private_files

HEALTH = "/_ministack/health"
API = "/restapis/an-api/live/_user_request_/a/path"
ORIGINS = ["null", "http://127.0.0.1", "https://a.example"]
FOREIGN = ["a.example:80", "127.0.0.1.a.example", "localhost:80@a.example", ""]
OWN = ["localhost", "localhost:4566", "127.0.0.1", "host.docker.internal:4566"]


@pytest.fixture(scope="module")
def emulator(tools, tmp_path_factory):  # noqa: ARG001 -- it is one of them
    with emulating(tmp_path_factory.mktemp("emulator"), None) as endpoint:
        yield endpoint


@pytest.fixture
def ask(emulator):
    """Sends the emulator a request, with a session token or without; returns the status."""

    def send(path, token=None, method="GET", **headers):
        given = headers if token is None else {"X-Amz-Security-Token": token} | headers
        with closing(HTTPConnection(urlsplit(emulator).netloc, timeout=30)) as connection:
            connection.request(method, path, headers=given)
            return connection.getresponse().status

    return send


@pytest.mark.parametrize("headers", [{"Origin": origin} for origin in ORIGINS] + [{"Host": host} for host in FOREIGN])
def test_a_web_page_and_a_foreign_name_are_refused_on_every_path_and_method(ask, headers):
    assert ask(HEALTH, session_token(), **headers) == 421
    for method in ("GET", "POST", "OPTIONS"):
        assert ask(API, method=method, **headers) == 421


@pytest.mark.parametrize("host", OWN)
def test_this_machines_own_names_are_let_through_and_the_deployed_api_needs_no_token(ask, host):
    assert ask(HEALTH, session_token(), Host=host) == 200
    assert ask(API, Host=host) == 404


@pytest.mark.parametrize("token", [None, "", "another"])
@pytest.mark.parametrize("path", [HEALTH, "/restapis", f"/_user_request_/..{API}"])
def test_a_request_without_the_token_is_refused(ask, token, path):
    assert ask(path, token, "POST") == 403


def test_only_this_user_can_read_the_token_and_what_is_private(monkeypatch, tmp_path):
    monkeypatch.setattr(programs, "LOCAL", tmp_path / "local")
    token, other = tmp_path / "local/token", tmp_path / "other"
    assert len(session_token()) > 40
    assert session_token() == token.read_text()
    # What an earlier run has left.
    other.touch(mode=0o644)

    with private_files({other: "told"}):
        assert [file.stat().st_mode & 0o777 for file in (token, other)] == [0o600, 0o600]
        assert other.read_text() == "told"
    assert not other.exists()
