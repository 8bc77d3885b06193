"""Clients that race for one conversation, each submission sent by two of them at once."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from tools.local.emulated_aws import client

THREADS = 12
SUBMISSIONS = 48


@pytest.fixture
def submissions(conversation):
    """Distinct submissions, each with an attribute of its own and with one that all of them set."""
    return [
        {
            "externalConversationId": conversation,
            "eventId": f"e{number % 12}",
            "lobId": str(number),
            "attributes": [{"name": f"own-{number:02}", "value": number}, {"name": "shared", "value": number}],
        }
        for number in range(SUBMISSIONS)
    ]


def test_every_racing_submission_is_applied_exactly_once(stack, submit, read_back, submissions):
    sent = submissions * 2
    random.Random(7).shuffle(sent)  # noqa: S311 -- an order, not a secret

    with ThreadPoolExecutor(THREADS) as clients:
        answers = list(clients.map(submit, sent))

    assert [(answer.status, answer.json()["result"]["error"]) for answer in answers] == [(200, "")] * len(sent)
    conversation = submissions[0]["externalConversationId"]
    record = read_back(conversation)
    pairs = {attribute["name"]: attribute["value"] for attribute in record["attributes"]}
    assert record["lobId"] == str(pairs.pop("shared"))
    assert pairs == {f"own-{number:02}": number for number in range(SUBMISSIONS)}
    # An answer may be lost under load, and the SDK's retry of that write is a duplicate: so count what is applied.
    key = {"externalConversationId": {"S": conversation}}
    item = client("dynamodb", stack.endpoint).get_item(TableName=stack.table_name, Key=key)["Item"]
    assert len(item["submissions"]["SS"]) == SUBMISSIONS
