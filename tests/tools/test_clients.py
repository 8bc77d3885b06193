"""Adding, rotating and removing clients: who can get in at every moment, judged by the authorizer's own code."""

import json

import pytest

from authorizer import credentials
from tools.operations.clients import Clients
from tools.operations.errors import OperationError
from tools.operations.vault import Vault


@pytest.fixture
def gets_in(monkeypatch):
    """Tells what the authorizer says now to an api id and secret, its cache being over."""

    def ask(api_id, secret):
        monkeypatch.setattr(credentials, "_cache", (0, ({}, {})))
        return credentials.are_valid(api_id, secret)

    return ask


@pytest.fixture
def client(make_client):
    return make_client("secretsmanager")


@pytest.fixture
def change(ops):
    """Changes a client; returns the last line that was printed: the new secret, if one was made."""
    return lambda action, api_id: ops("clients", action, api_id).splitlines()[-1]


def test_a_client_gets_in_once_it_is_added_and_not_once_it_is_removed(change, gets_in):
    old = change("add", "acme")
    assert gets_in("acme", old)
    new = change("rotate", "acme")

    change("remove", "acme")

    assert not gets_in("acme", old)
    assert not gets_in("acme", new)
    assert gets_in("default-client", "first")


def test_a_client_has_two_secrets_from_its_rotation_to_its_end_whatever_happens_to_others(change, gets_in):
    acme = change("add", "acme")
    secret = change("rotate", "default-client")
    newer_acme = change("rotate", "acme")
    change("add", "third")
    change("remove", "third")
    change("finish", "acme")
    assert gets_in("default-client", "first")
    assert gets_in("default-client", secret)
    assert gets_in("acme", newer_acme)
    assert not gets_in("acme", acme)

    change("finish", "default-client")
    assert gets_in("default-client", secret)
    assert not gets_in("default-client", "first")


@pytest.mark.parametrize("broken_off_after", [1, 2])
def test_whoever_may_get_in_does_so_between_the_two_writes(
    monkeypatch, change, client, stack, gets_in, broken_off_after
):
    new = change("rotate", "default-client")
    vault = Vault(client, stack)
    put, writes = client.put_secret_value, []

    def put_and_break_off(**request):
        answer = put(**request)
        writes.append(request)
        assert gets_in("default-client", "first")
        assert gets_in("default-client", new)
        if len(writes) == broken_off_after:
            raise ConnectionError
        return answer

    monkeypatch.setattr(client, "put_secret_value", put_and_break_off)
    changed, acme = vault.clients.add("acme")
    with pytest.raises(ConnectionError):
        vault.write(changed)

    # Whatever the next command is, it finds things in order.
    change("rotate" if broken_off_after == 2 else "add", "acme")
    assert gets_in("default-client", "first")
    assert gets_in("default-client", new)
    assert gets_in("acme", acme) == (broken_off_after == 2)


def test_of_two_who_change_the_clients_at_once_the_second_is_refused(monkeypatch, client, stack):
    """Secrets Manager refuses other content under a token that it knows; moto does not, so the test does."""
    put, contents = client.put_secret_value, {}

    def put_once(**request):
        if contents.setdefault(request["ClientRequestToken"], request["SecretString"]) != request["SecretString"]:
            response = {"Error": {"Code": "ResourceExistsException", "Message": ""}}
            raise client.exceptions.ResourceExistsException(response, "PutSecretValue")
        return put(**request)

    monkeypatch.setattr(client, "put_secret_value", put_once)
    first, second = Vault(client, stack), Vault(client, stack)
    first.write(first.clients.rotate("default-client")[0])

    with pytest.raises(OperationError, match="at this moment"):
        second.write(second.clients.add("acme")[0])
    third = Vault(client, stack)
    assert third.clients.is_rotating("default-client")
    third.write(third.clients.add("acme")[0])
    assert Vault(client, stack).clients.current.keys() == {"default-client", "acme"}


def test_every_client_who_stays_is_in_both_versions_after_every_write(monkeypatch, client, stack):
    """The authorizer takes from the previous version only the ids that the current one has."""
    put, current = client.put_secret_value, []

    def put_and_look(**request):
        current.append(json.loads(request["SecretString"]).keys())
        return put(**request)

    client.put_secret_value(SecretId=stack, SecretString=json.dumps({"default-client": "first", "by-hand": "edited"}))
    monkeypatch.setattr(client, "put_secret_value", put_and_look)
    for action, api_id in (("add", "acme"), ("rotate", "acme"), ("finish", "acme"), ("remove", "acme")):
        vault = Vault(client, stack)
        vault.write(getattr(vault.clients, action)(api_id)[0])

    stay = {"default-client", "by-hand"}
    assert current == [stay | {"acme"}] * 6 + [stay] * 2


@pytest.mark.parametrize(
    ("action", "api_id", "reason"),
    [
        ("add", "default-client", "There is a client default-client already"),
        ("add", "no spaces", "An api id has"),
        ("rotate", "nobody", "There is no client nobody, only: default-client, rotated"),
        ("rotate", "rotated", "has two secrets already"),
        ("finish", "default-client", "is not being rotated"),
        ("remove", "nobody", "There is no client nobody"),
    ],
)
def test_what_would_break_is_refused_in_a_sentence_and_changes_nothing(change, client, stack, action, api_id, reason):
    change("add", "rotated")
    change("rotate", "rotated")
    before = client.get_secret_value(SecretId=stack)["VersionId"]

    assert reason in change(action, api_id)
    assert client.get_secret_value(SecretId=stack)["VersionId"] == before


def test_the_last_client_is_not_removed(change, gets_in):
    assert "is the only client" in change("remove", "default-client")
    assert gets_in("default-client", "first")


def test_the_list_names_the_clients_and_no_secret(ops):
    ops("clients", "add", "acme")
    ops("clients", "rotate", "default-client")

    assert ops("clients", "list") == "acme\ndefault-client  (being rotated: two secrets are valid)\n"


@pytest.mark.parametrize("content", [{"SecretString": '["hush"]'}, {"SecretBinary": b"{}"}])
def test_a_secret_that_is_no_object_is_refused_unquoted(ops, client, stack, content):
    client.put_secret_value(SecretId=stack, **content)

    refusal = ops("clients", "list")
    assert "is not a JSON object" in refusal
    assert "hush" not in refusal


def test_a_previous_version_that_is_unusable_does_not_stand_in_the_way(change, client, stack, gets_in):
    client.put_secret_value(SecretId=stack, SecretString="a mistake")
    client.put_secret_value(SecretId=stack, SecretString=json.dumps({"default-client": "first"}))

    assert gets_in("acme", change("add", "acme"))


@pytest.mark.parametrize("code", ["DecryptionFailure", "InvalidRequestException"])
def test_a_previous_version_that_is_gone_for_good_does_not_stand_in_the_way(monkeypatch, client, stack, code):
    get = client.get_secret_value

    def get_current(**request):
        if "VersionStage" in request:
            raise getattr(client.exceptions, code)({"Error": {"Code": code, "Message": ""}}, "GetSecretValue")
        return get(**request)

    monkeypatch.setattr(client, "get_secret_value", get_current)

    assert Vault(client, stack).clients == Clients({"default-client": "first"}, {"default-client": "first"})


def test_a_client_who_was_taken_out_of_the_current_version_is_no_client_any_more(ops, change, client, stack, gets_in):
    for content in ({"default-client": "first", "gone": "old"}, {"default-client": "first"}):
        client.put_secret_value(SecretId=stack, SecretString=json.dumps(content))

    assert ops("clients", "list") == "default-client\n"
    assert gets_in("gone", change("add", "gone"))
    assert not gets_in("gone", "old")
