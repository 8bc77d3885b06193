"""Nobody gets in without a client's secret, whatever fails and whatever is sent; and nobody learns why."""

import json
import time
from dataclasses import dataclass
from statistics import median
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import boto3
import pytest
from oracle import CANARY, Context, assert_untold

from authorizer import credentials
from authorizer.handler import UnauthorizedError, handle
from aws_client import CONFIG
from tools.local import emulated_aws as local_aws

from . import faults
from .hostile import hostile_event
from .proxy import Fault, work
from .size import size

STAGE = "arn:aws:execute-api:us-east-1:123456789012:api/live"
SECRET = f"{CANARY}-secret"
OTHER_SECRET = f"{CANARY}-other"

FAULTS: dict[str, Fault] = {
    "hang": faults.hanging,
    "reset": faults.resetting,
    "half an answer": faults.half_an_answer,
    "garbled answer": faults.garbled,
    "error page of a load balancer": faults.answering(503, b"<html>Service Temporarily Unavailable</html>"),
    "InternalServiceError": faults.refusing("InternalServiceError", 500),
} | {
    code: faults.refusing(code)
    for code in [*faults.NOT_TAKEN, "ThrottlingException", "DecryptionFailure", "InvalidRequestException"]
}


@dataclass(frozen=True)
class Vault:
    """The clients' secret in the emulated Secrets Manager."""

    client: Any
    name: str

    def put(self, clients):
        """Make this the current version; the current one is then the previous."""
        self.client.put_secret_value(SecretId=self.name, SecretString=json.dumps(clients))
        # As when the cache's time is up.
        credentials._cache = (0, ({}, {}))


@pytest.fixture
def vault(emulator, proxy, monkeypatch):
    """A secret with one client, which the authorizer reaches through the proxy."""
    vault = Vault(local_aws.client("secretsmanager", emulator), str(uuid4()))
    vault.client.create_secret(Name=vault.name, SecretString=json.dumps({"client": SECRET}))
    client = boto3.client("secretsmanager", endpoint_url=proxy.endpoint, config=CONFIG)
    monkeypatch.setattr(credentials, "_secretsmanager", client)
    monkeypatch.setattr(credentials, "SECRET_ARN", vault.name)
    monkeypatch.setattr(credentials, "_cache", (0, ({}, {})))
    return vault


pytestmark = pytest.mark.usefixtures("vault")


def request(api_id, api_secret):
    headers = {"ASAPP-Api-Id": api_id, "asapp-api-secret": api_secret}
    return {"headers": headers, "methodArn": f"{STAGE}/POST/route", "requestContext": {"requestId": "request"}}


def is_let_in(api_id, api_secret):
    try:
        policy = handle(request(api_id, api_secret), Context())
    except UnauthorizedError:
        return False
    # It is cached: it must let its caller use every route, and no other stage.
    [statement] = policy["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Allow", f"{STAGE}/*")
    return True


def failure_of(event):
    """Return what an event was refused with. API Gateway lets nobody in on any exception, and answers 401 or 500."""
    with pytest.raises(Exception) as failure:  # noqa: PT011 -- any
        handle(event, Context())
    return failure.value


@pytest.mark.parametrize("name", FAULTS)
def test_while_the_secret_cannot_be_read_nobody_gets_in(vault, proxy, template, name):
    proxy.inject(vault.name, then=FAULTS[name])
    start = time.monotonic()
    failure = failure_of(request("client", SECRET))
    assert time.monotonic() - start < template["Resources"]["AuthorizerFunction"]["Properties"]["Timeout"]
    # Not the error that API Gateway answers with 401: a client must not think that its secret is wrong.
    assert str(failure) != "Unauthorized"
    proxy.heal(vault.name)
    assert is_let_in("client", SECRET)


def test_a_client_without_a_usable_secret_keeps_no_other_out(vault):
    vault.put({"client": SECRET, "careless": 7, "empty": "", "nobody": None})
    assert is_let_in("client", SECRET)
    assert not is_let_in("careless", "7")
    assert not is_let_in("nobody", "None")


def test_in_a_rotation_both_secrets_let_in_and_after_it_only_the_new_one(vault):
    assert is_let_in("client", SECRET)
    for old in (True, False):
        vault.put({"client": OTHER_SECRET})
        assert (is_let_in("client", SECRET), is_let_in("client", OTHER_SECRET)) == (old, True)


def test_whoever_is_taken_out_of_the_current_version_is_out(vault):
    vault.put({"client": SECRET, "other": OTHER_SECRET})
    assert is_let_in("other", OTHER_SECRET)
    vault.put({"client": SECRET})
    assert is_let_in("client", SECRET)
    assert not is_let_in("other", OTHER_SECRET)


def test_a_page_that_answers_for_the_previous_version_is_not_taken_for_none(vault, proxy):
    vault.put({"client": OTHER_SECRET})
    proxy.inject(vault.name, work, then=faults.answering(200, b"<html>Sign in</html>"))
    assert str(failure_of(request("client", SECRET))) != "Unauthorized"
    proxy.heal(vault.name)
    assert is_let_in("client", SECRET)


def test_a_changed_secret_is_noticed_when_the_cache_has_expired(vault, monkeypatch):
    assert is_let_in("client", SECRET)
    for _ in range(2):
        vault.client.put_secret_value(SecretId=vault.name, SecretString=json.dumps({"client": OTHER_SECRET}))
    assert not is_let_in("client", OTHER_SECRET)
    later = time.time() + credentials.CACHE_SECONDS
    monkeypatch.setattr(credentials, "time", SimpleNamespace(time=lambda: later))
    assert is_let_in("client", OTHER_SECRET)
    assert not is_let_in("client", SECRET)


def test_an_unknown_id_a_wrong_secret_and_a_missing_header_look_alike(told):
    lines = []
    for pair in [("unknown", SECRET), ("client", "wrong"), ("client", None), (None, SECRET), ("client", "")]:
        told.seek(0)
        told.truncate()
        assert str(failure_of(request(*pair))) == "Unauthorized"
        line = json.loads(told.getvalue().splitlines()[0])
        lines.append({name: value for name, value in line.items() if name not in {"timestamp", "_aws"}})
    assert lines == [lines[0]] * len(lines)


@dataclass(frozen=True)
class _Wide:
    """Stands for a digest, but so long that a comparison which stops at the first difference shows in its time."""

    text: bytes

    def digest(self):
        return self.text.ljust(1_000_000, b"-")


def test_an_unknown_id_and_a_wrong_secret_take_the_same_time(monkeypatch):
    monkeypatch.setattr(credentials, "sha256", _Wide)
    monkeypatch.setattr(credentials, "_NOBODY", _Wide(b"nobody").digest())
    last_byte = SECRET.ljust(999_999, "-") + "!"
    # Wrong from the first byte, and in the last one.
    attempts = [("unknown", "guess"), ("client", "guess"), ("client", last_byte), ("client", SECRET)]
    seconds = {pair: [] for pair in attempts}
    # One after the other, so that whatever else the machine does slows them all.
    for _ in range(size(40, 400)):
        for pair in attempts:
            start = time.process_time()
            is_valid = credentials.are_valid(*pair)
            seconds[pair].append(time.process_time() - start)
            assert is_valid == (pair == ("client", SECRET))
    medians = [median(each) for each in seconds.values()]
    # A plain == is a thousand times faster where the first byte differs.
    assert max(medians) < 3 * min(medians)


def test_hostile_events_let_nobody_in(told, record_property):
    events = size(2_000, 50_000)
    for number in range(events):
        failure_of(hostile_event(number))
        assert_untold(told.getvalue(), f"The log of hostile event {number}")
        told.seek(0)
        told.truncate()
    record_property("events", events)
