"""Adding, rotating and removing clients: who can get in at every moment, judged by the authorizer's own code."""

import pytest

from authorizer import credentials
from tools.operations.clients import Clients
from tools.operations.errors import OperationError


@pytest.fixture
def gets_in(monkeypatch):
    """Tells what the authorizer says now to an api id and secret, its cache being over."""

    def ask(api_id, secret):
        monkeypatch.setattr(credentials, "_cache", (0, ({}, {})))
        return credentials.are_valid(api_id, secret)

    return ask


@pytest.fixture
def change(ops):
    """Changes a client; returns the last line that was printed: the new secret, if one was made."""
    return lambda action, api_id: ops("clients", action, api_id).splitlines()[-1]


@pytest.fixture
def client(make_client):
    return make_client("secretsmanager")


@pytest.fixture
def before_write(monkeypatch, client):
    """Has a function look at each write of the secret before it is made."""
    put = client.put_secret_value

    def register(look):
        def look_and_put(**request):
            look(request)
            return put(**request)

        monkeypatch.setattr(client, "put_secret_value", look_and_put)

    return register


def test_a_client_gets_in_once_it_is_added_and_not_once_it_is_removed(change, gets_in):
    old = change("add", "acme")
    assert gets_in("acme", old)
    new = change("rotate", "acme")

    change("remove", "acme")
    assert not gets_in("acme", old)
    assert not gets_in("acme", new)
    assert gets_in("default-client", "first")


def test_a_client_has_two_secrets_from_its_rotation_to_its_end_and_never_a_third(change, gets_in):
    new = change("rotate", "default-client")
    assert "has two secrets already" in change("rotate", "default-client")
    assert gets_in("default-client", "first")
    assert gets_in("default-client", new)

    change("finish", "default-client")
    assert gets_in("default-client", new)
    assert not gets_in("default-client", "first")


def test_whoever_may_get_in_does_so_between_the_writes_of_every_change_to_another(
    change, gets_in, before_write, put_secret
):
    put_secret({"default-client": "first", "by-hand": "edited"})
    new, written = change("rotate", "default-client"), []

    def look(request):
        written.append(request["SecretString"])
        assert gets_in("default-client", "first")
        assert gets_in("default-client", new)
        assert gets_in("by-hand", "edited")

    before_write(look)
    for action in ("add", "rotate", "finish", "remove"):
        change(action, "acme")
    # Whichever version becomes the current one, it has every client who stays.
    assert ["acme" in content for content in written] == [True] * 6 + [False] * 2
    assert all("by-hand" in content for content in written)


def test_a_change_that_is_broken_off_between_its_writes_can_be_made_again(change, gets_in, before_write):
    new, written = change("rotate", "default-client"), []

    def break_off(request):
        written.append(request)
        if len(written) == 2:
            raise KeyboardInterrupt

    before_write(break_off)
    assert change("add", "acme").startswith("Stopped.")

    assert gets_in("acme", change("add", "acme"))
    assert gets_in("default-client", "first")
    assert gets_in("default-client", new)


def test_of_two_who_change_the_clients_at_once_the_second_is_refused(ops, client, before_write):
    """Secrets Manager refuses other content under a token that it knows; moto does not, so the test does."""
    contents = {}

    def refuse(request):
        if contents.setdefault(request["ClientRequestToken"], request["SecretString"]) != request["SecretString"]:
            raise client.exceptions.ResourceExistsException({"Error": {}}, "PutSecretValue")

    before_write(refuse)
    first, second = (Clients(client, credentials.SECRET_ARN) for _ in range(2))
    first.rotate("default-client")

    with pytest.raises(OperationError, match="at this moment"):
        second.add("acme")
    ops("clients", "add", "acme")
    assert ops("clients", "list") == "acme\ndefault-client  (being rotated: two secrets are valid)\n"


@pytest.mark.parametrize(
    ("action", "api_id", "reason"),
    [
        ("add", "default-client", "There is a client default-client already"),
        ("add", "no spaces", "An api id has"),
        ("rotate", "nobody", "There is no client nobody, only: default-client"),
        ("finish", "default-client", "is not being rotated"),
        ("remove", "nobody", "There is no client nobody"),
        ("remove", "default-client", "is the only client"),
    ],
)
def test_what_would_break_is_refused_in_a_sentence_and_changes_nothing(change, client, action, api_id, reason):
    before = client.get_secret_value(SecretId=credentials.SECRET_ARN)["VersionId"]

    assert reason in change(action, api_id)
    assert client.get_secret_value(SecretId=credentials.SECRET_ARN)["VersionId"] == before


@pytest.mark.parametrize("content", ['["hush"]', '{"acme": ["hush"]}', b"{}"])
def test_a_secret_that_is_no_object_is_refused_unquoted(ops, put_secret, content):
    put_secret(content)

    refusal = ops("clients", "list")
    assert "is not a JSON object" in refusal
    assert "hush" not in refusal


def test_a_previous_version_that_is_unusable_does_not_stand_in_the_way(change, put_secret, gets_in):
    put_secret("a mistake")
    put_secret({"default-client": "first"})

    assert gets_in("acme", change("add", "acme"))


@pytest.mark.parametrize("code", ["DecryptionFailure", "InvalidRequestException"])
def test_a_previous_version_that_is_gone_for_good_does_not_stand_in_the_way(monkeypatch, ops, client, code):
    get = client.get_secret_value

    def get_current(**request):
        if "VersionStage" in request:
            raise getattr(client.exceptions, code)({"Error": {"Code": code}}, "GetSecretValue")
        return get(**request)

    monkeypatch.setattr(client, "get_secret_value", get_current)
    assert ops("clients", "list") == "default-client\n"


def test_a_client_who_was_taken_out_of_the_current_version_is_no_client_any_more(ops, change, put_secret, gets_in):
    put_secret({"default-client": "first", "gone": "old"})
    put_secret({"default-client": "first"})

    assert ops("clients", "list") == "default-client\n"
    assert gets_in("gone", change("add", "gone"))
    assert not gets_in("gone", "old")
