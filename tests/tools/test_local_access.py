"""Whom the emulator of the local stack obeys: this checkout's own programs, and nobody else."""

from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from tools.local.emulated_aws import client
from tools.local.emulator import emulating
from tools.local.private import secret_in, write_private
from tools.local.programs import session_token

HEADER = "X-Amz-Security-Token"
HEALTH = "/_ministack/health"
API = "/restapis/an-api/live/_user_request_/a/path"


@pytest.fixture(scope="module")
def emulator(tools, tmp_path_factory):  # noqa: ARG001 -- it is one of them
    with emulating(tmp_path_factory.mktemp("emulator"), None) as endpoint:
        yield endpoint


@pytest.fixture
def ask(emulator):
    """Sends the emulator a request; returns the status."""

    def send(headers, path=HEALTH, method="GET"):
        with closing(HTTPConnection(urlsplit(emulator).netloc, timeout=30)) as connection:
            connection.request(method, path, headers=headers)
            return connection.getresponse().status

    return send


def test_the_checkouts_own_clients_are_obeyed_and_another_users_are_not(emulator, monkeypatch):
    assert client("s3", emulator).list_buckets()["Buckets"] == []

    monkeypatch.setattr("tools.local.emulated_aws.session_token", lambda: "another")
    with pytest.raises(ClientError, match="403"):
        client("secretsmanager", emulator).list_secrets()


@pytest.mark.parametrize(
    "headers",
    [{"Origin": origin} for origin in ("null", "http://127.0.0.1", "https://a.example")]
    + [{"Host": host} for host in ("a.example:80", "127.0.0.1.a.example", "localhost:80@a.example", "")],
)
def test_a_web_page_and_a_foreign_name_are_refused_on_every_path_and_method(ask, headers):
    assert ask({HEADER: session_token()} | headers) == 421
    for method in ("GET", "POST", "OPTIONS"):
        assert ask(headers, API, method) == 421


@pytest.mark.parametrize("host", ["localhost", "localhost:4566", "127.0.0.1", "host.docker.internal:4566"])
def test_this_machines_own_names_are_let_through(ask, host):
    assert ask({HEADER: session_token(), "Host": host}) == 200


@pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: "another"}])
@pytest.mark.parametrize("path", [HEALTH, "/restapis", f"/_user_request_/..{API}"])
def test_a_request_without_the_token_is_refused(ask, headers, path):
    assert ask(headers, path, "POST") == 403


def test_the_deployed_api_needs_no_token(ask):
    assert ask({}, API) == 404


def test_only_this_user_can_read_the_token_and_what_is_private(tmp_path):
    token, other = tmp_path / "folder/token", tmp_path / "other"
    secret = secret_in(token)
    assert len(secret) > 40
    assert secret_in(token) == secret

    other.touch(mode=0o644)
    write_private(other, "told")

    assert [(file.stat().st_mode & 0o777, file.read_text()) for file in (token, other)] == [
        (0o600, secret),
        (0o600, "told"),
    ]
    assert [entry.name for entry in token.parent.iterdir()] == ["token"]
