"""Which API `make smoke-test` tests, and its messages for wrong input."""

import json
import re
from socket import create_server

import pytest
from urllib3.exceptions import ReadTimeoutError

from tools.operations.errors import OperationError
from tools.smoke_test.__main__ import main, run, sender
from tools.smoke_test.api import Api, ApiError, stack_api

URL = "https://api.example.com"
CREDENTIALS = {"API_ID": "acme", "API_SECRET": "secret"}


@pytest.mark.parametrize(
    ("words", "environment", "message"),
    [
        ([], {}, "Choose an API: make smoke-test STACK=…, URL=…, or LOCAL=1."),
        (["--local"], {}, "The local stack is not running: start it with 'make serve'."),
        (["--url", "http://api.example.com"], CREDENTIALS, "URL must begin with https://"),
        (["--url", "api.example.com"], CREDENTIALS, "URL must begin with https://"),
        (["--url", f"{URL}/metadata-ingestion/v1"], CREDENTIALS, "URL must be the base URL, without"),
        (["--url", URL], {"API_ID": "acme"}, "export the client's id and secret first: API_SECRET missing."),
        (["--url", URL], {}, "API_ID and API_SECRET missing."),
        (["--url", URL], CREDENTIALS | {"API_SECRET": "secret\n"}, "The asapp-api-secret is empty or contains"),
        (["--url", "https://127.0.0.1:9"], CREDENTIALS, "no answer, so the other promises were not tested"),
    ],
)
def test_wrong_input_is_one_sentence_and_a_failure(monkeypatch, tmp_path, words, environment, message):
    monkeypatch.setattr("tools.local.stack._DESCRIPTION", tmp_path / "stack.json")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["smoke-test", *words])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code.startswith("Error: ")
    assert message in ended.value.code


@pytest.fixture
def create_clients(create_stack, make_client):
    """Creates the stack `prod`, its secret with this content."""

    def create(content):
        secret = make_client("secretsmanager").create_secret(Name="clients", SecretString=content)["ARN"]
        create_stack({"TableName": "", "ErasuresTableName": "", "CredentialsSecretArn": secret, "ApiUrl": URL})

    return create


@pytest.mark.parametrize(
    ("content", "api_id", "credentials"),
    [
        ({"beta": "b", "acme": "a"}, None, ("acme", "a")),
        ({"beta": "b", "acme": "a"}, "beta", ("beta", "b")),
        ({"acme": ["old", "new"]}, None, ("acme", "new")),
        ({"acme": 7, "beta": "b"}, None, ("beta", "b")),
    ],
)
def test_a_stack_is_called_with_the_newest_secret_of_a_client(create_clients, content, api_id, credentials):
    create_clients(json.dumps(content))

    api = stack_api("prod", api_id)

    assert (api.url, (api.api_id, api.api_secret)) == (URL, credentials)


@pytest.mark.parametrize(
    ("content", "api_id", "message"),
    [
        ("not JSON", None, "Restore a good version: docs/operations.md, AuthorizerAlarm."),
        ('{"acme": []}', None, "No client has a usable secret"),
        ('{"acme": "a"}', "beta", "Client beta does not exist. Clients: acme."),
    ],
)
def test_a_stack_without_the_client_is_refused_with_what_to_do(create_clients, content, api_id, message):
    create_clients(content)
    with pytest.raises((ApiError, OperationError), match=re.escape(message)):
        stack_api("prod", api_id)


def test_an_api_that_hangs_ends_the_test(monkeypatch):
    monkeypatch.setattr("tools.smoke_test.__main__.SECONDS", 0.2)
    with create_server(("127.0.0.1", 0)) as server:
        api = Api("API", f"http://127.0.0.1:{server.getsockname()[1]}", "id", "secret")
        with pytest.raises(ReadTimeoutError):
            run(api, sender(api.url))
