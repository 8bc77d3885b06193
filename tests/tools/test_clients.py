"""Adding, rotating and removing clients: who can get in at every moment, judged by the authorizer's own code."""

import json

import boto3
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


def _secret_in(output):
    return output.splitlines()[-1]


def test_a_new_client_gets_in_and_the_others_still_do(ops, gets_in):
    secret = _secret_in(ops("clients", "add", "acme"))

    assert gets_in("acme", secret)
    assert gets_in("default-client", "first")


def test_a_rotated_client_gets_in_with_both_secrets_until_the_rotation_is_finished(ops, gets_in):
    secret = _secret_in(ops("clients", "rotate", "default-client"))
    assert gets_in("default-client", secret)
    assert gets_in("default-client", "first")

    ops("clients", "finish", "default-client")
    assert gets_in("default-client", secret)
    assert not gets_in("default-client", "first")


def test_other_changes_leave_a_rotation_alone(ops, gets_in):
    acme = _secret_in(ops("clients", "add", "acme"))
    secret = _secret_in(ops("clients", "rotate", "default-client"))
    newer_acme = _secret_in(ops("clients", "rotate", "acme"))
    ops("clients", "add", "third")
    ops("clients", "remove", "third")
    ops("clients", "finish", "acme")

    assert gets_in("default-client", "first")
    assert gets_in("default-client", secret)
    assert gets_in("acme", newer_acme)
    assert not gets_in("acme", acme)


def test_a_removed_client_is_out_with_each_of_its_secrets(ops, gets_in):
    old = _secret_in(ops("clients", "add", "acme"))
    new = _secret_in(ops("clients", "rotate", "acme"))

    ops("clients", "remove", "acme")

    assert not gets_in("acme", old)
    assert not gets_in("acme", new)
    assert gets_in("default-client", "first")


@pytest.mark.parametrize("broken_off_after", [1, 2])
def test_whoever_may_get_in_does_so_between_the_two_writes(ops, stack, gets_in, broken_off_after):
    new = _secret_in(ops("clients", "rotate", "default-client"))
    client = boto3.client("secretsmanager")
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

    client.put_secret_value = put_and_break_off
    changed, acme = vault.clients.add("acme")
    with pytest.raises(ConnectionError):
        vault.write(changed)

    # Whatever the next command is, it finds things in order.
    ops("clients", "rotate", "acme") if broken_off_after == 2 else ops("clients", "add", "acme")
    assert gets_in("default-client", "first")
    assert gets_in("default-client", new)
    ops("clients", "finish", "default-client")
    assert gets_in("default-client", new)
    assert not gets_in("default-client", "first")
    assert gets_in("acme", acme) == (broken_off_after == 2)


def test_of_two_who_change_the_clients_at_once_the_second_is_refused(stack):
    """Secrets Manager refuses other content under a token that it knows; moto does not, so the test does."""
    client = boto3.client("secretsmanager")
    put, contents = client.put_secret_value, {}

    def put_once(**request):
        if contents.setdefault(request["ClientRequestToken"], request["SecretString"]) != request["SecretString"]:
            response = {"Error": {"Code": "ResourceExistsException", "Message": ""}}
            raise client.exceptions.ResourceExistsException(response, "PutSecretValue")
        return put(**request)

    client.put_secret_value = put_once
    first, second = Vault(client, stack), Vault(client, stack)
    first.write(first.clients.rotate("default-client")[0])

    with pytest.raises(OperationError, match="at this moment"):
        second.write(second.clients.rotate("default-client")[0])
    third = Vault(client, stack)
    assert third.clients.is_rotating("default-client")
    third.write(third.clients.add("acme")[0])
    assert Vault(client, stack).clients.current.keys() == {"default-client", "acme"}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["add", "default-client"], "There is a client default-client already"),
        (["add", "no spaces"], "An api id has"),
        (["rotate", "nobody"], "There is no client nobody, only: default-client"),
        (["finish", "default-client"], "is not being rotated"),
        (["remove", "nobody"], "There is no client nobody"),
        (["remove", "default-client"], "is the only client"),
    ],
)
def test_what_would_break_is_refused_in_a_sentence_and_changes_nothing(ops, stack, words, reason):
    before = boto3.client("secretsmanager").get_secret_value(SecretId=stack)["VersionId"]

    assert reason in ops("clients", *words)
    assert boto3.client("secretsmanager").get_secret_value(SecretId=stack)["VersionId"] == before


def test_a_second_rotation_before_the_first_is_finished_is_refused(ops):
    ops("clients", "rotate", "default-client")

    assert "has two secrets already" in ops("clients", "rotate", "default-client")


def test_the_list_names_the_clients_and_no_secret(ops):
    secret = _secret_in(ops("clients", "add", "acme"))
    ops("clients", "rotate", "default-client")
    listed = ops("clients", "list")

    assert listed.splitlines() == ["acme", "default-client  (being rotated: two secrets are valid)"]
    assert secret not in listed


def test_a_secret_that_is_no_object_is_refused_unquoted(ops, stack):
    boto3.client("secretsmanager").put_secret_value(SecretId=stack, SecretString='["hush"]')

    refusal = ops("clients", "list")
    assert "is not a JSON object" in refusal
    assert "hush" not in refusal


def test_a_previous_version_that_is_unusable_does_not_stand_in_the_way(ops, stack, gets_in):
    client = boto3.client("secretsmanager")
    client.put_secret_value(SecretId=stack, SecretString="a mistake")
    client.put_secret_value(SecretId=stack, SecretString=json.dumps({"default-client": "first"}))

    assert gets_in("acme", _secret_in(ops("clients", "add", "acme")))


def test_a_client_who_was_taken_out_of_the_current_version_is_no_client_any_more(ops, stack, gets_in):
    client = boto3.client("secretsmanager")
    for content in ({"default-client": "first", "gone": "old"}, {"default-client": "first"}):
        client.put_secret_value(SecretId=stack, SecretString=json.dumps(content))

    assert ops("clients", "list") == "default-client\n"
    assert "There is no client gone" in ops("clients", "remove", "gone")
    new = _secret_in(ops("clients", "add", "gone"))
    assert ops("clients", "list") == "default-client\ngone\n"
    assert gets_in("gone", new)
    assert not gets_in("gone", "old")


def test_every_client_who_stays_is_in_both_versions_after_every_write(stack):
    """The authorizer takes from the previous version only the ids that the current one has."""
    client = boto3.client("secretsmanager")
    put, current = client.put_secret_value, []

    def put_and_look(**request):
        current.append(json.loads(request["SecretString"]).keys())
        return put(**request)

    client.put_secret_value(SecretId=stack, SecretString=json.dumps({"default-client": "first", "by-hand": "edited"}))
    client.put_secret_value = put_and_look
    for change in (
        lambda clients: clients.add("acme")[0],
        lambda clients: clients.rotate("default-client")[0],
        lambda clients: clients.rotate("acme")[0],
        lambda clients: clients.finish("default-client"),
        lambda clients: clients.remove("acme"),
    ):
        vault = Vault(client, stack)
        vault.write(change(vault.clients))

    stay = {"default-client", "by-hand"}
    assert current == [stay | {"acme"}] * 8 + [stay] * 2


def test_a_secret_that_was_stored_as_binary_is_refused_in_a_sentence(ops, stack):
    boto3.client("secretsmanager").put_secret_value(SecretId=stack, SecretBinary=b"{}")

    assert "is not a JSON object" in ops("clients", "list")


@pytest.mark.parametrize("code", ["DecryptionFailure", "InvalidRequestException"])
def test_a_previous_version_that_is_gone_for_good_does_not_stand_in_the_way(stack, code):
    client = boto3.client("secretsmanager")
    get = client.get_secret_value

    def get_current(**request):
        if "VersionStage" in request:
            raise getattr(client.exceptions, code)({"Error": {"Code": code, "Message": ""}}, "GetSecretValue")
        return get(**request)

    client.get_secret_value = get_current

    assert Vault(client, stack).clients == Clients({"default-client": "first"}, {"default-client": "first"})
