"""Whom the emulator of the local stack obeys: this checkout's own programs, and nobody else."""

from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from tools.local.emulated_aws import client
from tools.local.emulator import emulating
from tools.local.private import secret_in, write_private
from tools.local.programs import session_token

Ask = Callable[..., int]
HEADER = "X-Amz-Security-Token"
API = "/restapis/an-api/live/_user_request_/a/path"


@pytest.fixture(scope="module")
def emulator(tools: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:  # noqa: ARG001 -- it is one of them
    with emulating(tmp_path_factory.mktemp("emulator"), None) as endpoint:
        yield endpoint


@pytest.fixture
def ask(emulator: str) -> Ask:
    """Asks for the health of the emulator, or another path; returns the status."""

    def send(headers: dict[str, str], path: str = "/_ministack/health", method: str = "GET") -> int:
        with closing(HTTPConnection(urlsplit(emulator).netloc, timeout=30)) as connection:
            connection.request(method, path, headers=headers)
            return connection.getresponse().status

    return send


def test_the_checkouts_own_clients_are_obeyed(emulator: str, ask: Ask) -> None:
    assert client("s3", emulator).list_buckets()["Buckets"] == []
    assert ask({HEADER: session_token()}) == 200


@pytest.mark.parametrize("origin", ["null", "http://127.0.0.1", "https://a.example"])
def test_a_web_page_is_refused_on_every_path_and_method(ask: Ask, origin: str) -> None:
    assert ask({HEADER: session_token(), "Origin": origin}) == 421
    assert ask({"Origin": origin}, API, "POST") == 421
    assert ask({"Origin": origin}, API, "OPTIONS") == 421


@pytest.mark.parametrize("host", ["a.example", "a.example:80", "127.0.0.1.a.example", "localhost:80@a.example", ""])
def test_a_foreign_name_is_refused(ask: Ask, host: str) -> None:
    assert ask({HEADER: session_token(), "Host": host}) == 421
    assert ask({"Host": host}, API) == 421


@pytest.mark.parametrize("host", ["localhost", "localhost:4566", "127.0.0.1", "host.docker.internal:4566"])
def test_this_machines_own_names_are_let_through(ask: Ask, host: str) -> None:
    assert ask({HEADER: session_token(), "Host": host}) == 200


@pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: "another"}])
def test_another_user_of_the_machine_is_refused(ask: Ask, headers: dict[str, str]) -> None:
    assert ask(headers) == 403
    assert ask(headers, "/restapis", "POST") == 403
    assert ask(headers, f"/_user_request_/..{API}", "POST") == 403


def test_another_users_client_gets_an_error_of_its_kind(emulator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.local.emulated_aws.session_token", lambda: "another")
    with pytest.raises(ClientError, match="403"):
        client("secretsmanager", emulator).list_secrets()


def test_the_deployed_api_needs_no_token(ask: Ask) -> None:
    assert ask({}, API) == 404


def test_only_this_user_can_read_the_token_and_what_is_private(tmp_path: Path) -> None:
    token = tmp_path / "folder/token"
    secret = secret_in(token)
    assert len(secret) > 40
    assert secret_in(token) == secret

    other = tmp_path / "other"
    other.touch(mode=0o644)
    write_private(other, "told")

    assert [(file.stat().st_mode & 0o777, file.read_text()) for file in (token, other)] == [
        (0o600, secret),
        (0o600, "told"),
    ]
    assert [entry.name for entry in token.parent.iterdir()] == ["token"]
