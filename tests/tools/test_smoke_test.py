"""Which API `make smoke-test` tests, and its messages for wrong input."""

import json

import pytest

from tools.smoke_test import find_api, main

URL = "https://api.example.com"


@pytest.mark.parametrize(
    ("content", "client"),
    [({"b": ["old", "new"], "a": "added"}, ("b", "old")), ({"0": [], "00": 7, "a": "only"}, ("a", "only"))],
)
def test_the_oldest_client_is_used_with_its_oldest_secret(create_stack, make_client, content, client):
    arn = make_client("secretsmanager").create_secret(Name="clients", SecretString=json.dumps(content))["ARN"]
    create_stack({"TableName": "", "ErasuresTableName": "", "CredentialsSecretArn": arn, "ApiUrl": URL})
    assert find_api(["--stack", "prod"])[:3] == (URL, *client)


@pytest.mark.parametrize(
    ("words", "api_secret", "message"),
    [
        ([], "x", "Choose an API: make smoke-test STACK=…, URL=…, or LOCAL=1."),
        (["--local"], "x", "start it with 'make serve'"),
        (["--url", "http://api.example.com"], "x", "URL must be the API's base URL"),
        (["--url", f"{URL}/metadata-ingestion/v1"], "x", "URL must be the API's base URL"),
        (["--url", URL], "", "export API_ID and API_SECRET"),
        (["--url", URL], "secret\n", "that a header can hold"),
        (["--url", "https://127.0.0.1:9"], "x", "no answer, so the other promises were not tested"),
    ],
)
def test_wrong_input_is_one_sentence(monkeypatch, tmp_path, words, api_secret, message):
    monkeypatch.setattr("tools.local.stack._DESCRIPTION", tmp_path / "stack.json")
    monkeypatch.setattr("sys.argv", ["smoke-test", *words])
    monkeypatch.delenv("STACK", raising=False)
    monkeypatch.setenv("API_ID", "acme")
    monkeypatch.setenv("API_SECRET", api_secret)
    with pytest.raises(SystemExit, match=rf"^Error: .*{message}"):
        main()
