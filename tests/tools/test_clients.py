"""Adding, rotating and removing clients: who gets in afterwards, judged by the authorizer's own code."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from authorizer import credentials
from tests.tools.secrets_manager import SecretsManager
from tools.operations.clients import Clients
from tools.operations.errors import OperationError


@pytest.fixture
def gets_in(monkeypatch, secret):
    """Returns what the authorizer decides about an api id and a secret, with an empty cache."""

    def ask(api_id, api_secret):
        monkeypatch.setattr(credentials, "_provider", credentials.SecretsProvider(boto3_client=secret))
        return credentials.is_valid(credentials.read_clients().get(api_id), api_secret)

    return ask


@pytest.fixture
def change(ops):
    """Runs a command for a client; returns the last line that was printed: the new secret, if there is one."""
    return lambda command, api_id: ops("clients", command, api_id).splitlines()[-1]


def test_a_client_gets_in_with_its_valid_secrets_alone(change, gets_in):
    old = change("add", "acme")
    assert gets_in("acme", old)
    new = change("rotate", "acme")
    assert "already has two secrets" in change("rotate", "acme")
    assert gets_in("acme", old)
    assert gets_in("acme", new)
    change("finish", "acme")
    assert gets_in("acme", new)
    assert not gets_in("acme", old)
    assert change("remove", "acme") == "acme: removed. Takes effect within five minutes."
    assert not gets_in("acme", new)
    assert gets_in("default-client", "first")


def test_the_list_shows_rotations_unusable_entries_and_the_last_change(ops, secret):
    secret.put_secret_value(SecretString='{"b": "x", "c": ["y", "", "z"], "a": [4711], "d": null}')
    assert ops("clients", "list").splitlines() == [
        "a  (no usable secret: every request with this id gets 401)",
        "b",
        "c  (rotating: two secrets are valid)",
        "d  (no usable secret: every request with this id gets 401)",
        "Last change of the secret: 2027-01-15 08:00 UTC",
    ]


def test_an_unusable_entry_can_be_rotated_or_removed_and_survives_other_changes(ops, change, secret, gets_in):
    secret.put_secret_value(SecretString='{"a": "x", "b": [4711], "c": {}}')
    assert "old secret" not in (printed := ops("clients", "rotate", "b"))
    assert gets_in("b", printed.splitlines()[-1])
    assert json.loads(secret.content)["c"] == {}
    change("remove", "c")
    change("remove", "b")
    assert json.loads(secret.content) == {"a": "x"}


STEPS = st.tuples(st.sampled_from(["add", "rotate", "finish", "remove", "go back"]), st.integers(0, 3))


# The same version is current, and the same one previous, as at an earlier change.
@example([("rotate", 0), ("go back", 0), ("rotate", 0), ("go back", 1), ("go back", 0), ("rotate", 0)])
@given(st.lists(STEPS, max_size=12))
def test_a_change_takes_effect_whichever_versions_were_current_before(steps):
    secret = SecretsManager({"a": "1", "b": ["2", "3"]})
    for command, number in steps:
        if command == "go back":
            secret.make_current(list(secret.versions)[number % len(secret.versions)])
            continue
        api_id, before = "abcd"[number], json.loads(secret.content)
        try:
            getattr(Clients(secret, ""), command)(api_id)
        except OperationError as error:
            if "omeone" in str(error):
                raise
            assert json.loads(secret.content) == before
            continue
        after = json.loads(secret.content)
        assert isinstance(after.pop(api_id, None), {"rotate": list, "remove": type(None)}.get(command, str))
        before.pop(api_id, None)
        assert after == before


def test_of_two_operators_at_once_the_second_is_refused(secret):
    first, second = Clients(secret, ""), Clients(secret, "")
    first.rotate("default-client")
    with pytest.raises(OperationError, match="Someone else is changing the clients"):
        second.add("acme")
    Clients(secret, "").add("acme")
    assert sorted(Clients(secret, "").entries) == ["acme", "default-client"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_change_by_hand_at_the_same_moment_is_reported(ops, secret, monkeypatch, moment):
    put = secret.put_secret_value

    def put_both(**request):
        if moment == "before":
            put(SecretString='{"by-hand": "edited"}')
        put(**request)
        if moment == "after":
            put(SecretString='{"by-hand": "edited"}')

    monkeypatch.setattr(secret, "put_secret_value", put_both)
    assert "Did someone change it by hand at the same time?" in ops("clients", "add", "acme")


@pytest.mark.parametrize(("seconds", "message"), [(9, "added"), (10, "does not have the expected version")])
def test_a_change_can_take_seconds_to_become_visible(ops, secret, monkeypatch, seconds, message):
    before, describe = secret.describe_secret(), secret.describe_secret
    stale = [before] * (seconds + 1)
    monkeypatch.setattr(secret, "describe_secret", lambda **_: stale.pop() if stale else describe())
    monkeypatch.setattr("tools.operations.clients.time.sleep", lambda _: None)
    assert message in ops("clients", "add", "acme")


@pytest.mark.parametrize("applied", [False, True])
def test_an_interrupted_change_has_taken_effect_or_not(change, secret, monkeypatch, applied):
    put = secret.put_secret_value

    def interrupt(**request):
        if applied:
            put(**request)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(secret, "put_secret_value", interrupt)
        assert change("rotate", "default-client").startswith("Interrupted.")
    assert len(Clients(secret, "").secrets_of("default-client")) == 1 + applied
    assert change("add", "acme")
    assert change("finish" if applied else "rotate", "default-client")


@pytest.mark.parametrize(
    ("command", "api_id", "reason"),
    [
        ("add", "default-client", "Client default-client already exists"),
        ("add", "no spaces", "Invalid api id"),
        ("rotate", "nobody", "Client nobody does not exist. Clients: default-client."),
        ("finish", "default-client", "has only one secret"),
        ("remove", "nobody", "Client nobody does not exist"),
        ("remove", "default-client", "is the only client"),
    ],
)
def test_a_refused_change_changes_nothing(change, secret, command, api_id, reason):
    before = secret.content
    assert reason in change(command, api_id)
    assert secret.content == before


@pytest.mark.parametrize("content", ["", '["hush"]', '"hush"', '{"hush": ', "[" * 60_000, "null", "1" * 5_000])
def test_a_malformed_secret_is_refused_unquoted_with_the_way_out(ops, secret, content):
    secret.put_secret_value(SecretString=content)
    refusal = ops("clients", "list")
    assert "must be a JSON object" in refusal
    assert "AuthorizerAlarm" in refusal
    assert "hush" not in refusal
    assert ops("clients", "remove", "default-client") == refusal
