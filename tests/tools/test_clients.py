"""Adding, rotating and removing clients: who gets in afterwards, judged by the authorizer's own code."""

import json

import pytest

from authorizer import credentials
from tools.errors import CommandError
from tools.operations.clients import Clients


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


@pytest.mark.parametrize(("command", "done"), [("rotate", "rotated"), ("remove", "removed")])
def test_clients_can_be_changed_after_going_back_to_an_older_version(ops, secret, command, done):
    ops("clients", "add", "acme")
    version, content = secret.history[-1], secret.content
    for _ in range(3):
        assert f"acme: {done}" in ops("clients", command, "acme")
        assert secret.content != content
        secret.history.append(version)


def test_of_two_operators_at_once_the_second_is_refused(ops, secret):
    first, second = Clients(secret, ""), Clients(secret, "")
    first.rotate("default-client")
    first.write()
    second.add("acme")
    with pytest.raises(CommandError, match="Someone else is changing the clients"):
        second.write()
    assert "acme: added" in ops("clients", "add", "acme")
    assert "rotating" in ops("clients", "list")


def test_done_is_printed_only_if_the_change_is_current(ops, secret, monkeypatch):
    monkeypatch.setattr(secret, "put_secret_value", lambda **_: {"VersionStages": ["AWSPREVIOUS"]})
    assert "Nothing was changed" in ops("clients", "add", "acme")


@pytest.mark.parametrize("applied", [False, True])
def test_an_interrupted_change_has_taken_effect_or_not(ops, change, secret, monkeypatch, applied):
    put = secret.put_secret_value

    def interrupt(**request):
        if applied:
            put(**request)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(secret, "put_secret_value", interrupt)
        assert change("rotate", "default-client").startswith("Interrupted.")
    assert ("rotating" in ops("clients", "list")) == applied
    assert "default-client: " in ops("clients", "finish" if applied else "rotate", "default-client")


MALFORMED = "must be a JSON object. Restore a good version: docs/operations.md, AuthorizerAlarm."


@pytest.mark.parametrize(
    ("content", "words", "reason"),
    [
        ('{"acme": "hush"}', "add acme", "Client acme already exists"),
        ('{"acme": "hush"}', "add no:colon", "must be 1 to 128 of A-Z"),
        ('{"acme": "hush"}', "rotate nobody", "Client nobody does not exist. Clients: acme."),
        ('{"acme": "hush"}', "finish acme", "has only one secret"),
        ('{"acme": "hush"}', "remove nobody", "Client nobody does not exist"),
        ('{"acme": "hush", "unusable": 7}', "remove acme", "is the only client"),
        *((content, "remove acme", MALFORMED) for content in ("", '["hush"]', '"hush"', '{"acme": "hush')),
        *((content, "list", MALFORMED) for content in ("null", "[" * 60_000, "1" * 5_000)),
    ],
)
def test_a_refused_command_changes_nothing_and_prints_no_secret(ops, secret, content, words, reason):
    secret.put_secret_value(SecretString=content)
    refusal = ops("clients", *words.split())
    assert reason in refusal
    assert "hush" not in refusal
    assert secret.content == content
