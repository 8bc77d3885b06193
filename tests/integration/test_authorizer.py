"""Authentication with the credentials in Secrets Manager."""

import json
from datetime import datetime, timedelta
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from authorizer import credentials
from tools.contract import CANARY, assert_untold

STAGE = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/live"
ID, SECRET = "asapp-api-id", "asapp-api-secret"


@pytest.fixture
def clock(monkeypatch):
    """The time of the credentials' cache, which stands still unless a test moves it."""
    clock = SimpleNamespace(time=datetime(2026, 11, 30), now=lambda: clock.time)
    monkeypatch.setattr("aws_lambda_powertools.utilities.parameters.base.datetime", clock)
    return clock


@pytest.fixture
def authorize(invoke, read_event):
    """Returns the authorizer's policy for an api id and secret, or the status that API Gateway returns for an error."""

    def authorize(api_id="alpha", api_secret="alpha-secret", **changes):  # noqa: S107 -- of these tests
        headers = {ID: api_id, SECRET: api_secret}
        event = {"headers": headers, "multiValueHeaders": {name: [text] for name, text in headers.items()}}
        try:
            return invoke(read_event("authorizer-allow") | event | changes)
        except Exception as error:  # noqa: BLE001 -- API Gateway distinguishes errors by their text alone
            return 401 if str(error) == "Unauthorized" else 500

    return authorize


def policy(api_id):
    """Return the policy that allows a client to invoke every route of the stage."""
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{STAGE}/*"}
    return {"principalId": api_id, "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


ALLOWED = policy("alpha")


@pytest.mark.parametrize(
    ("api_id", "api_secret"),
    [
        *(("alpha", text) for text in ("alpha-secre", "alpha-secret ", "ALPHA-SECRET", "\ud800", "x" * 10_000)),
        ("alpha", "пароль 🔑"),
        *((api_id, "alpha-secret") for api_id in ("Alpha", "alpha ", "nobody", "\ud800")),
    ],
)
def test_only_the_exact_id_and_secret_get_in_in_any_script(authorize, put_secret, api_id, api_secret):
    put_secret({"alpha": "alpha-secret", "クライアント": "пароль 🔑"})
    assert authorize("クライアント", "пароль 🔑") == policy("クライアント")
    assert authorize(api_id, api_secret) == 401


def test_headers_can_be_in_any_case_and_in_either_member_of_the_event(authorize, put_secret):
    put_secret({"alpha": "alpha-secret"})
    headers = {"Accept": "*/*", "Asapp-Api-Id": "alpha", "ASAPP-api-SECRET": "alpha-secret"}
    several = {name: [text] for name, text in headers.items()}
    assert authorize(headers=headers, multiValueHeaders=None) == ALLOWED
    assert authorize(headers=None, multiValueHeaders=several) == ALLOWED


@pytest.mark.parametrize(
    "headers",
    [
        None,
        {ID: ["alpha"]},
        {SECRET: ["alpha-secret"]},
        {ID: [""], SECRET: ["alpha-secret"]},
        {ID: ["alpha"], SECRET: [""]},
        {ID: ["alpha"], SECRET: ["guess", "alpha-secret"]},
        {ID: ["alpha"], SECRET: ["guess"], "Asapp-Api-Secret": ["alpha-secret"]},
    ],
)
def test_a_missing_empty_or_repeated_header_is_401_without_the_secret(authorize, put_secret, sdk_calls, headers):
    put_secret({"alpha": "alpha-secret", "": ""})
    sdk_calls.clear()
    assert authorize(headers=None, multiValueHeaders=headers) == 401
    assert sdk_calls == []


@pytest.mark.parametrize("value", [["first", "second"], ["first", "", None, "second", 4711, ["third"]]])
def test_every_secret_of_the_current_version_is_valid_and_no_other(authorize, put_secret, value):
    put_secret({"alpha": "zeroth", "beta": "beta-secret"})
    put_secret({"alpha": value})
    assert [authorize("alpha", secret) for secret in ("first", "second")] == [ALLOWED, ALLOWED]
    assert [authorize("alpha", secret) for secret in ("third", "4711", "None", "zeroth")] == [401] * 4
    assert authorize("beta", "beta-secret") == 401


def test_the_secret_is_read_once_per_cache_time_and_then_again(authorize, put_secret, clock, sdk_calls):
    put_secret({"alpha": "first"})
    assert authorize("alpha", "first") == ALLOWED
    put_secret({"alpha": "second"})
    sdk_calls.clear()
    clock.time += timedelta(seconds=credentials.CACHE_SECONDS)
    assert authorize("alpha", "second") == 401
    assert sdk_calls == []
    clock.time += timedelta(milliseconds=1)
    assert authorize("alpha", "second") == ALLOWED
    assert authorize("alpha", "first") == 401
    [call] = sdk_calls
    assert (call.action, call.parameters) == ("secretsmanager:GetSecretValue", {"SecretId": credentials.SECRET_ARN})


@pytest.mark.parametrize(
    ("api_id", "api_secret", "comparisons"),
    [("alpha", "first", 2), ("alpha", "second", 2), ("alpha", "x" * 999, 2), ("beta", "b", 1), ("nobody", "second", 1)],
)
def test_secrets_are_compared_in_constant_time(authorize, put_secret, monkeypatch, api_id, api_secret, comparisons):
    compare = Mock(wraps=credentials.compare_digest)
    monkeypatch.setattr(credentials, "compare_digest", compare)
    put_secret({"alpha": ["first", "second"], "beta": "beta-secret"})
    authorize(api_id, api_secret)
    assert compare.call_count == comparisons


# tests/reliability/test_nobody_in.py has Secrets Manager's own errors. A proxy could send these in its place.
@pytest.mark.parametrize(
    "answer",
    [
        *((200, body) for body in ("{}", "[]", "null", '"text"', "<html>Sign in</html>", '{"VersionId": "1"}')),
        *((200, json.dumps({"SecretString": value})) for value in (None, 4711, {"alpha": "alpha-secret"})),
        (204, ""),
        (500, '{"__type": "InternalServiceError"}'),
    ],
)
def test_without_the_secret_nobody_gets_in_even_after_a_success(authorize, put_secret, clock, answering, log, answer):
    put_secret({"alpha": "alpha-secret"})
    assert authorize() == ALLOWED
    clock.time += timedelta(seconds=credentials.CACHE_SECONDS + 1)
    with answering(credentials._provider.client, answer):
        assert authorize() == 500
    entry = log()[-1]
    assert (entry["message"], entry["level"], entry["AuthorizerFailed"]) == ("AuthorizerFailed", "ERROR", [1])
    assert "Traceback" in entry["exception"]
    assert authorize() == ALLOWED


@pytest.mark.parametrize(
    "content",
    [
        *(" ", "null", "1", "1" * 5_000, "[" * 60_000),
        *(f'{{"alpha": "{CANARY}"', f'{{"alpha": "{CANARY}\\x"}}', f'["{CANARY}"]', f'"{CANARY}"'),
        *(f'{{"alpha": "{CANARY}"'.encode(), CANARY.encode() + b"\xff"),
    ],
)
def test_a_malformed_secret_lets_nobody_in_and_is_not_logged(authorize, put_secret, log, content):
    put_secret(content)
    assert authorize() == 500
    [entry] = log()
    assert (entry["level"], entry["exception_name"]) == ("ERROR", "CredentialsError")
    assert_untold(repr(entry), "The log")
    # The runtime logs the exception as well.
    assert "During handling" not in entry["exception"]


@pytest.mark.parametrize("unusable", ["", None, 4711, True, [], [""], [None], [[CANARY]], {"secret": CANARY}])
def test_an_unusable_entry_keeps_out_only_its_client(authorize, put_secret, log, unusable):
    # A lone surrogate is a text, though no header can hold it.
    put_secret({"alpha": "alpha-secret", "beta": unusable, "gamma": "\ud800"})
    assert authorize() == ALLOWED
    assert authorize("gamma", CANARY) == authorize("beta", CANARY) == authorize("beta", str(unusable) or " ") == 401
    assert not credentials.is_valid(unusable, "")
    assert log()[-1]["client"] == "beta"
    assert_untold(repr(log()), "The log")


def test_the_log_names_a_client_and_no_stranger(authorize, put_secret, log):
    put_secret({"alpha": CANARY})
    assert authorize("alpha", CANARY) == ALLOWED
    assert authorize("alpha", "guess") == authorize(CANARY, CANARY) == 401
    authorized, refused, stranger = log()
    assert (authorized["message"], authorized["level"], authorized["Authorized"]) == ("Authorized", "INFO", [1])
    assert (refused["message"], refused["level"], refused["Unauthorized"]) == ("Unauthorized", "INFO", [1])
    assert authorized["client"] == refused["client"] == "alpha"
    assert stranger.keys() == refused.keys() - {"client"}
    assert authorized["requestId"] == stranger["requestId"] == "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"
    assert authorized["extendedRequestId"] == stranger["extendedRequestId"] == "A1b2C3d4oAMFxyz="
    assert_untold(repr(log()), "The log")
