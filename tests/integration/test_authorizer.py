"""Who gets in, with the credentials in Secrets Manager."""

import json
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from oracle import CANARY, assert_untold

from authorizer import credentials
from authorizer.handler import UnauthorizedError

STAGE = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/live"
CLIENT = credentials._secretsmanager
TIMEOUT = ReadTimeoutError(endpoint_url="https://secretsmanager")


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The credentials' time, which stands still unless a test moves it."""
    now = SimpleNamespace(seconds=1_800_000_000.0)
    monkeypatch.setattr(credentials, "time", SimpleNamespace(time=lambda: now.seconds))
    return now


@pytest.fixture
def authorize(invoke, read_event):
    """Asks the authorizer for a policy, with headers or other parts of the event in place of the sample's."""

    def ask(*given, **changes):
        headers = dict(zip(("asapp-api-id", "asapp-api-secret"), given or ("alpha", "alpha-secret"), strict=True))
        event = {"headers": headers, "multiValueHeaders": {name: [text] for name, text in headers.items()}}
        return invoke(read_event("authorizer-allow") | event | changes)

    return ask


@pytest.fixture
def is_let_in(authorize):
    """Asks the authorizer whether a client gets in."""

    def ask(*arguments, **changes):
        try:
            authorize(*arguments, **changes)
        except UnauthorizedError:
            return False
        return True

    return ask


def assert_nobody_gets_in(authorize):
    with pytest.raises(Exception) as raised:  # noqa: PT011 -- any but the one that would be a 401
        authorize()
    assert str(raised.value) != "Unauthorized"


@pytest.mark.parametrize("route", ["POST/metadata-ingestion/v1/single-convo-metadata", "GET/", "POST/a/b/*"])
def test_a_client_gets_a_policy_for_the_whole_stage_whatever_route_it_asked_for(authorize, put_secret, route):
    put_secret({"alpha": "alpha-secret"})
    assert authorize(methodArn=f"{STAGE}/{route}") == {
        "principalId": "alpha",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{STAGE}/*"}],
        },
    }


def test_each_client_has_its_own_secret_in_any_script(is_let_in, put_secret):
    put_secret({"alpha": "alpha-secret", "クライアント": "пароль 🔑"})
    assert is_let_in("クライアント", "пароль 🔑")
    assert not is_let_in("alpha", "пароль 🔑")


@pytest.mark.parametrize(
    ("api_id", "api_secret"),
    [
        *(
            ("alpha", secret)
            for secret in ("alpha-secre", "alpha-secret ", "ALPHA-SECRET", "é", "\ud800", "x" * 10_000)
        ),
        *((api_id, "alpha-secret") for api_id in ("Alpha", "alpha ", "nobody", "\ud800")),
    ],
)
def test_a_wrong_secret_and_an_unknown_id_get_the_error_of_which_api_gateway_makes_a_401(
    authorize, put_secret, api_id, api_secret
):
    put_secret({"alpha": "alpha-secret"})
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(api_id, api_secret)


@pytest.mark.parametrize("id_name", ["Asapp-Api-Id", "ASAPP-api-ID"])
@pytest.mark.parametrize("secret_name", ["ASAPP-API-SECRET", "asapp-API-secret"])
def test_headers_may_be_in_any_case_and_in_either_place(is_let_in, put_secret, id_name, secret_name):
    put_secret({"alpha": "alpha-secret"})
    headers = {"Accept": "*/*", id_name: "alpha", secret_name: "alpha-secret"}
    several = {name: [text] for name, text in headers.items()}
    assert is_let_in(headers=headers, multiValueHeaders=None)
    assert is_let_in(headers=None, multiValueHeaders=several)


@pytest.mark.parametrize(
    ("ids", "secrets", "others"),
    [
        ([], [], {}),
        (["alpha"], [], {}),
        ([], ["alpha-secret"], {}),
        ([""], ["alpha-secret"], {}),
        (["alpha"], [""], {}),
        (["alpha", "alpha"], ["alpha-secret"], {}),
        (["alpha"], ["guess", "alpha-secret"], {}),
        (["alpha"], ["alpha-secret", "guess"], {}),
        (["alpha"], ["guess"], {"Asapp-Api-Secret": ["alpha-secret"]}),
        (["alpha"], [], {"asapp-api-secret-": ["alpha-secret"]}),
    ],
)
def test_a_header_that_is_missing_empty_or_repeated_is_refused_without_a_look_at_the_secret(
    is_let_in, put_secret, sdk_calls, ids, secrets, others
):
    put_secret({"alpha": "alpha-secret", "": ""})
    sdk_calls.clear()
    several = {"asapp-api-id": ids, "asapp-api-secret": secrets} | others
    assert not is_let_in(headers={}, multiValueHeaders={name: texts for name, texts in several.items() if texts})
    assert not is_let_in(headers=None, multiValueHeaders=None)
    assert sdk_calls == []


def test_both_versions_of_a_rotation_are_valid_and_no_older_one(is_let_in, put_secret):
    for secret in ("first", "second", "third"):
        put_secret({"alpha": secret})
    assert [is_let_in("alpha", secret) for secret in ("first", "second", "third")] == [False, True, True]


def test_a_client_that_was_taken_out_of_the_current_version_is_out(is_let_in, put_secret):
    put_secret({"alpha": "alpha-secret", "beta": "beta-secret"})
    put_secret({"beta": "new-secret"})
    assert not is_let_in("alpha", "alpha-secret")
    assert is_let_in("beta", "beta-secret")


def test_the_secret_is_read_once_in_the_cache_time_and_a_change_takes_effect_after_it(
    is_let_in, put_secret, clock, sdk_calls
):
    put_secret({"alpha": "first"})
    assert is_let_in("alpha", "first")
    put_secret({"alpha": "second"})
    sdk_calls.clear()
    clock.seconds += credentials.CACHE_SECONDS - 1
    assert not is_let_in("alpha", "second")
    assert sdk_calls == []
    clock.seconds += 1
    assert is_let_in("alpha", "second")
    assert is_let_in("alpha", "first")
    calls = [(call.action, call.parameters["VersionStage"]) for call in sdk_calls]
    assert calls == [("secretsmanager:GetSecretValue", stage) for stage in ("AWSCURRENT", "AWSPREVIOUS")]


def test_a_secret_is_compared_in_constant_time_and_with_every_version_whoever_asks(is_let_in, put_secret, monkeypatch):
    compared = []
    compare_digest = credentials.compare_digest

    def compare(one, other):
        compared.append((len(one), len(other)))
        return compare_digest(one, other)

    monkeypatch.setattr(credentials, "compare_digest", compare)
    put_secret({"alpha": "first"})
    put_secret({"alpha": "second"})
    for api_id, api_secret in [("alpha", "first"), ("alpha", "second"), ("alpha", "x" * 999), ("nobody", "second")]:
        is_let_in(api_id, api_secret)
        assert compared == [(32, 32), (32, 32)]
        compared.clear()


@pytest.mark.usefixtures("aws")
def test_a_secret_that_is_not_there_lets_nobody_in(authorize, log):
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        authorize()
    [line] = log()
    assert (line["message"], line["level"], line["AuthorizerFailed"]) == ("AuthorizerFailed", "ERROR", [1])
    assert "Traceback" in line["exception"]


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        ("AWSCURRENT", (400, '{"__type": "AccessDeniedException"}')),
        ("AWSCURRENT", (200, "{}")),
        ("AWSPREVIOUS", (400, '{"__type": "ThrottlingException"}')),
        ("AWSPREVIOUS", (500, '{"__type": "InternalServiceError"}')),
        ("AWSPREVIOUS", (400, '{"__type": "ExpiredTokenException"}')),
        ("AWSPREVIOUS", (200, "<html>Sign in</html>")),
        ("AWSPREVIOUS", (204, "")),
    ],
)
def test_a_version_that_cannot_be_read_lets_nobody_in_nor_do_credentials_whose_time_is_over(
    authorize, is_let_in, put_secret, clock, answer_with, version, answer
):
    put_secret({"alpha": "alpha-secret"})
    put_secret({"alpha": "alpha-secret"})
    assert is_let_in()
    clock.seconds += credentials.CACHE_SECONDS
    answer_with(CLIENT, answer, only=version)
    assert_nobody_gets_in(authorize)


@pytest.mark.parametrize("failing", ["AWSCURRENT", "AWSPREVIOUS"])
def test_a_secret_of_which_one_version_cannot_be_read_lets_nobody_in_and_is_tried_again(
    authorize, is_let_in, put_secret, on_request, failing
):
    put_secret({"alpha": "alpha-secret"})
    put_secret({"alpha": "alpha-secret"})
    failures = [TIMEOUT] * CLIENT.meta.config.retries["total_max_attempts"]

    def fail(request, **_):
        if failures and failing in str(request.body):
            raise failures.pop()

    on_request(CLIENT, fail)
    assert_nobody_gets_in(authorize)
    assert is_let_in()


@pytest.mark.parametrize("code", ["AccessDeniedException", "DecryptionFailure", "InvalidRequestException", None])
def test_a_previous_version_that_is_unusable_for_good_keeps_nobody_out(is_let_in, put_secret, answer_with, log, code):
    put_secret({"alpha": CANARY} if code else f'{{"alpha": "{CANARY}"')
    put_secret({"alpha": "alpha-secret"})
    if code:
        answer_with(CLIENT, (400, json.dumps({"__type": code, "message": "no"})), only="AWSPREVIOUS")
    assert is_let_in()
    assert not is_let_in("alpha", CANARY)
    warning = log()[0]
    assert (warning["level"], warning["reason"]) == ("WARNING", code or "it is not a JSON object from api id to secret")
    assert_untold(repr(log()), "The log")


@pytest.mark.parametrize("content", [" ", f'{{"alpha": "{CANARY}"', f'["{CANARY}"]', f'"{CANARY}"', "null", "1", b"{}"])
def test_a_secret_that_is_no_json_object_lets_nobody_in_and_is_not_repeated(authorize, put_secret, log, content):
    put_secret(content)
    with pytest.raises(credentials.CredentialsError, match="AWSCURRENT version must be a JSON object"):
        authorize()
    [line] = log()
    assert line["level"] == "ERROR"
    assert_untold(repr(line), "The log")


@pytest.mark.parametrize("unusable", ["", None, 4711, True, [CANARY], {"secret": CANARY}])
def test_a_client_whose_secret_is_no_text_stays_out_alone(is_let_in, put_secret, log, unusable):
    # A lone surrogate is a text, though no header can hold it.
    put_secret({"alpha": "alpha-secret", "beta": unusable, "gamma": "\ud800"})
    assert is_let_in()
    assert not is_let_in("beta", CANARY)
    assert not is_let_in("beta", str(unusable) or " ")
    assert log()[0]["clients"] == ["beta"]
    assert_untold(repr(log()), "The log")


def test_the_line_names_the_client_that_was_let_in_and_nothing_that_a_stranger_sent(is_let_in, put_secret, log):
    put_secret({"alpha": CANARY})
    assert is_let_in("alpha", CANARY)
    assert not is_let_in(CANARY, CANARY)
    known, stranger = log()
    assert (known["message"], known["level"], known["Authorized"]) == ("Authorized", "INFO", [1])
    assert (stranger["message"], stranger["level"], stranger["Unauthorized"]) == ("Unauthorized", "INFO", [1])
    assert known["requestId"] == stranger["requestId"] == "3f9a2b60-58a8-4d0e-9f37-6f0d1c1e7a52"
    assert known["client"] == "alpha"
    assert_untold(repr(log()), "The log")
