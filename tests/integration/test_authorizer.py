"""Who gets in, with the credentials in Secrets Manager."""

import json
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from botocore.exceptions import ReadTimeoutError
from oracle import CANARY, assert_untold

from authorizer import credentials

STAGE = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/live"
CLIENT = credentials._secretsmanager
ID, SECRET = "asapp-api-id", "asapp-api-secret"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The credentials' time, which stands still unless a test moves it."""
    now = SimpleNamespace(seconds=1_800_000_000.0)
    monkeypatch.setattr(credentials, "time", SimpleNamespace(time=lambda: now.seconds))
    return now


@pytest.fixture
def authorize(invoke, read_event):
    """Asks the authorizer for a policy; gives it, or the status that API Gateway makes of an error."""

    def ask(*given, **changes):
        headers = dict(zip((ID, SECRET), given or ("alpha", "alpha-secret"), strict=True))
        event = {"headers": headers, "multiValueHeaders": {name: [text] for name, text in headers.items()}}
        try:
            return invoke(read_event("authorizer-allow") | event | changes)
        except Exception as error:  # noqa: BLE001 -- API Gateway tells them apart by their text alone
            return 401 if str(error) == "Unauthorized" else 500

    return ask


def policy(api_id):
    """Return the policy that lets a client use every route of the stage."""
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{STAGE}/*"}
    return {"principalId": api_id, "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


ALLOWED = policy("alpha")


@pytest.mark.parametrize("route", ["POST/metadata-ingestion/v1/single-convo-metadata", "GET/", "POST/a/b/*"])
def test_a_client_gets_a_policy_for_the_whole_stage_whatever_route_it_asked_for(authorize, put_secret, route):
    put_secret({"alpha": "alpha-secret"})
    assert authorize(methodArn=f"{STAGE}/{route}") == ALLOWED


@pytest.mark.parametrize(
    ("api_id", "api_secret"),
    [
        *(("alpha", text) for text in ("alpha-secre", "alpha-secret ", "ALPHA-SECRET", "\ud800", "x" * 10_000)),
        ("alpha", "пароль 🔑"),
        *((api_id, "alpha-secret") for api_id in ("Alpha", "alpha ", "nobody", "\ud800")),
    ],
)
def test_a_client_has_its_own_secret_in_any_script_and_others_are_answered_401(
    authorize, put_secret, api_id, api_secret
):
    put_secret({"alpha": "alpha-secret", "クライアント": "пароль 🔑"})
    assert authorize("クライアント", "пароль 🔑") == policy("クライアント")
    assert authorize(api_id, api_secret) == 401


def test_headers_may_be_in_any_case_and_in_either_place(authorize, put_secret):
    put_secret({"alpha": "alpha-secret"})
    headers = {"Accept": "*/*", "Asapp-Api-Id": "alpha", "ASAPP-api-SECRET": "alpha-secret"}
    several = {name: [text] for name, text in headers.items()}
    assert authorize(headers=headers, multiValueHeaders=None) == ALLOWED
    assert authorize(headers=None, multiValueHeaders=several) == ALLOWED


@pytest.mark.parametrize(
    "several",
    [
        None,
        {ID: ["alpha"]},
        {SECRET: ["alpha-secret"]},
        {ID: [""], SECRET: ["alpha-secret"]},
        {ID: ["alpha"], SECRET: [""]},
        {ID: ["alpha", "alpha"], SECRET: ["alpha-secret"]},
        {ID: ["alpha"], SECRET: ["guess", "alpha-secret"]},
        {ID: ["alpha"], SECRET: ["alpha-secret", "guess"]},
        {ID: ["alpha"], SECRET: ["guess"], "Asapp-Api-Secret": ["alpha-secret"]},
        {ID: ["alpha"], "asapp-api-secret-": ["alpha-secret"]},
    ],
)
def test_a_header_that_is_missing_empty_or_repeated_is_refused_without_a_look_at_the_secret(
    authorize, put_secret, sdk_calls, several
):
    put_secret({"alpha": "alpha-secret", "": ""})
    sdk_calls.clear()
    assert authorize(headers=None, multiValueHeaders=several) == 401
    assert sdk_calls == []


def test_both_versions_of_a_rotation_are_valid_and_no_older_one_nor_a_client_that_was_taken_out(authorize, put_secret):
    put_secret({"alpha": "first"})
    put_secret({"alpha": "second", "beta": "beta-secret"})
    put_secret({"alpha": "third"})
    assert [authorize("alpha", secret) for secret in ("first", "second", "third")] == [401, ALLOWED, ALLOWED]
    assert authorize("beta", "beta-secret") == 401


def test_the_secret_is_read_once_in_the_cache_time_and_a_change_takes_effect_after_it(
    authorize, put_secret, clock, sdk_calls
):
    put_secret({"alpha": "first"})
    assert authorize("alpha", "first") == ALLOWED
    put_secret({"alpha": "second"})
    sdk_calls.clear()
    clock.seconds += credentials.CACHE_SECONDS - 1
    assert authorize("alpha", "second") == 401
    assert sdk_calls == []
    clock.seconds += 1
    assert authorize("alpha", "second") == authorize("alpha", "first") == ALLOWED
    calls = [(call.action, call.parameters["VersionStage"]) for call in sdk_calls]
    assert calls == [("secretsmanager:GetSecretValue", stage) for stage in ("AWSCURRENT", "AWSPREVIOUS")]


def test_a_secret_is_compared_in_constant_time_and_with_every_version_whoever_asks(authorize, put_secret, monkeypatch):
    compare = Mock(wraps=credentials.compare_digest)
    monkeypatch.setattr(credentials, "compare_digest", compare)
    put_secret({"alpha": "first"})
    put_secret({"alpha": "second"})
    for api_id, api_secret in [("alpha", "first"), ("alpha", "second"), ("alpha", "x" * 999), ("nobody", "second")]:
        compare.reset_mock()
        authorize(api_id, api_secret)
        assert [tuple(map(len, call.args)) for call in compare.call_args_list] == [(32, 32), (32, 32)]


def refusal(code):
    return 400, json.dumps({"__type": code, "message": "no"})


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        ("AWSCURRENT", refusal("AccessDeniedException")),
        ("AWSCURRENT", refusal("ResourceNotFoundException")),
        ("AWSCURRENT", (200, "{}")),
        ("AWSCURRENT", ReadTimeoutError(endpoint_url="https://secretsmanager")),
        ("AWSPREVIOUS", refusal("ThrottlingException")),
        ("AWSPREVIOUS", refusal("ExpiredTokenException")),
        ("AWSPREVIOUS", (500, '{"__type": "InternalServiceError"}')),
        ("AWSPREVIOUS", (200, "<html>Sign in</html>")),
        ("AWSPREVIOUS", (204, "")),
        ("AWSPREVIOUS", ReadTimeoutError(endpoint_url="https://secretsmanager")),
    ],
)
def test_while_a_version_cannot_be_read_nobody_gets_in_not_even_with_credentials_whose_time_is_over(
    authorize, put_secret, clock, answering, log, version, answer
):
    put_secret({"alpha": "alpha-secret"})
    put_secret({"alpha": "alpha-secret"})
    assert authorize() == ALLOWED
    clock.seconds += credentials.CACHE_SECONDS
    with answering(CLIENT, answer, only=version):
        assert authorize() == 500
    line = log()[-1]
    assert (line["message"], line["level"], line["AuthorizerFailed"]) == ("AuthorizerFailed", "ERROR", [1])
    assert "Traceback" in line["exception"]
    assert authorize() == ALLOWED


@pytest.mark.parametrize("code", ["AccessDeniedException", "DecryptionFailure", "InvalidRequestException", None])
def test_a_previous_version_that_is_unusable_for_good_keeps_nobody_out(authorize, put_secret, answering, log, code):
    put_secret({"alpha": CANARY} if code else f'{{"alpha": "{CANARY}"')
    put_secret({"alpha": "alpha-secret"})
    with answering(CLIENT, refusal(code), only="AWSPREVIOUS", times=100 if code else 0):
        assert authorize() == ALLOWED
        assert authorize("alpha", CANARY) == 401
    warning = log()[0]
    assert (warning["level"], warning["reason"]) == ("WARNING", code or "it is not a JSON object from api id to secret")
    assert_untold(repr(log()), "The log")


@pytest.mark.parametrize("content", [" ", f'{{"alpha": "{CANARY}"', f'["{CANARY}"]', f'"{CANARY}"', "null", "1", b"{}"])
def test_a_secret_that_is_no_json_object_lets_nobody_in_and_is_not_repeated(authorize, put_secret, log, content):
    put_secret(content)
    assert authorize() == 500
    [line] = log()
    assert (line["level"], line["exception_name"]) == ("ERROR", "CredentialsError")
    assert_untold(repr(line), "The log")


@pytest.mark.parametrize("unusable", ["", None, 4711, True, [CANARY], {"secret": CANARY}])
def test_a_client_whose_secret_is_no_text_stays_out_alone(authorize, put_secret, log, unusable):
    # A lone surrogate is a text, though no header can hold it.
    put_secret({"alpha": "alpha-secret", "beta": unusable, "gamma": "\ud800"})
    assert authorize() == ALLOWED
    assert authorize("beta", CANARY) == authorize("beta", str(unusable) or " ") == 401
    assert log()[0]["clients"] == ["beta"]
    assert_untold(repr(log()), "The log")


def test_the_line_names_the_client_that_was_let_in_and_nothing_that_a_stranger_sent(authorize, put_secret, log):
    put_secret({"alpha": CANARY})
    assert authorize("alpha", CANARY) == ALLOWED
    assert authorize(CANARY, CANARY) == 401
    known, stranger = log()
    assert (known["message"], known["level"], known["Authorized"]) == ("Authorized", "INFO", [1])
    assert (stranger["message"], stranger["level"], stranger["Unauthorized"]) == ("Unauthorized", "INFO", [1])
    assert known["requestId"] == stranger["requestId"] == "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"
    assert known["extendedRequestId"] == stranger["extendedRequestId"] == "A1b2C3d4oAMFxyz="
    assert known["client"] == "alpha"
    assert_untold(repr(log()), "The log")
