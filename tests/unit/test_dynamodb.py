"""What goes over the wire to DynamoDB, beside what botocore's own serializer would send."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.credentials import Credentials
from moto.core.botocore_stubber import MockRawResponse

from aws_client import create_client
from ingest import store
from ingest.dynamodb import create_dynamodb_client
from ingest.models import read_submission

SUBMISSION = read_submission(
    {
        "externalConversationId": "会話/2026 📱",
        "lobName": 'quotes " and \\ and \u2028 and \x7f and \t',
        "companySegment": ["gold", ""],
        "attributes": [{"name": "Fidélité", "value": {"b": [1, None, True], "a": {"skills": []}}}, {"#0": "é"}],
    }
)
NO_MAP = (400, {"__type": "ConditionalCheckFailedException", "Item": {}})


def write():
    store.apply(SUBMISSION, "e-1")


def read():
    store.get(SUBMISSION.externalConversationId)


# What the store does, and what DynamoDB answers.
EXCHANGES = {
    "a write of one form": (write, [(200, {})]),
    "a write of two forms": (write, [NO_MAP, (200, {})]),
    "a read": (read, [(200, {"ConsumedCapacity": {}, "Item": {}})]),
}


@pytest.fixture(params=EXCHANGES.values(), ids=EXCHANGES)
def send(request, monkeypatch):
    """Gives the HTTP requests that the store sends by a client."""
    action, answers = request.param
    monkeypatch.setattr(store, "datetime", SimpleNamespace(now=lambda _: datetime(2026, 11, 24, tzinfo=UTC)))

    def run(client):
        sent = []

        def answer(request, **_):
            status, body = answers[len(sent)]
            sent.append(request)
            return AWSResponse(request.url, status, {}, MockRawResponse(json.dumps(body)))

        client.meta.events.register_first("before-send", answer)
        monkeypatch.setattr(store, "_dynamodb", client)
        action()
        assert len(sent) == len(answers)
        return sent

    return run


def test_a_request_asks_for_what_botocores_own_would(send):
    for ours, botocores in zip(send(create_dynamodb_client()), send(create_client("dynamodb")), strict=True):
        assert (ours.method, ours.url, ours.headers.keys()) == (
            botocores.method,
            botocores.url,
            botocores.headers.keys(),
        )
        for name in ("X-Amz-Target", "Content-Type", "User-Agent"):
            assert ours.headers[name] == botocores.headers[name]
        assert json.loads(ours.body) == json.loads(botocores.body)


def test_a_request_is_signed_and_measured_with_the_body_that_it_has(send):
    signer = SigV4Auth(Credentials("test", "test"), "dynamodb", "us-east-1")
    for request in send(create_dynamodb_client()):
        headers = {name: request.headers[name].decode() for name in ("X-Amz-Target", "Content-Type", "X-Amz-Date")}
        again = AWSRequest(request.method, request.url, headers, request.body)
        again.context["timestamp"] = headers["X-Amz-Date"]
        signature = signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again)
        assert request.headers["Authorization"].decode().endswith(f"Signature={signature}")
        assert request.headers["Content-Length"] == str(len(request.body))
