"""Erasing a conversation, and copying conversations back out of a restored table."""

import boto3
import pytest


def _submission(conversation, **fields):
    return {"externalConversationId": conversation} | fields


@pytest.fixture(name="restored")
def _restored(table):
    """A table as point-in-time recovery makes it, with two conversations of which the stack's table has one."""
    dynamodb = boto3.client("dynamodb")
    declared = dynamodb.describe_table(TableName="conversations")["Table"]
    dynamodb.create_table(
        TableName="restored",
        KeySchema=declared["KeySchema"],
        AttributeDefinitions=declared["AttributeDefinitions"],
        BillingMode="PAY_PER_REQUEST",
    )
    for conversation in ("kept", "lost"):
        item = _submission(conversation, lobName="old", updatedAt="2026-01-01T00:00:00.000Z")
        dynamodb.put_item(TableName="restored", Item={name: {"S": value} for name, value in item.items()})
    table.put({"externalConversationId": {"S": "kept"}, "lobName": {"S": "new"}, "updatedAt": {"S": "2026-02-01"}})


def test_an_erased_conversation_is_gone_and_its_neighbour_is_not(ops, submit, table):
    submit(_submission("mine"))
    submit(_submission("theirs"))

    assert "Erased" in ops("conversations", "erase", "mine")
    assert table.item("mine") is None
    assert table.item("theirs")


def test_erasing_what_is_not_there_says_so(ops):
    assert "no such conversation" in ops("conversations", "erase", "nothing")


@pytest.mark.usefixtures("restored")
def test_a_restore_brings_back_what_is_missing_and_keeps_the_rest(ops, table):
    assert ops("conversations", "restore", "restored") == "1 copied, 1 kept as they are.\n"
    assert table.item("lost")["lobName"] == "old"
    assert table.item("kept")["lobName"] == "new"


@pytest.mark.usefixtures("restored")
def test_a_restore_can_overwrite(ops, table):
    assert ops("conversations", "restore", "restored", "--overwrite") == "2 copied, 0 kept as they are.\n"
    assert table.item("kept")["lobName"] == "old"


@pytest.mark.usefixtures("restored")
def test_an_overwriting_restore_keeps_what_was_sent_since_it_began(ops, table):
    table.put({"externalConversationId": {"S": "kept"}, "updatedAt": {"S": "9999-01-01T00:00:00.000Z"}})

    assert ops("conversations", "restore", "restored", "--overwrite") == "1 copied, 1 kept as they are.\n"


@pytest.mark.usefixtures("restored")
def test_one_conversation_can_be_restored_alone(ops):
    assert ops("conversations", "restore", "restored", "--only", "lost") == "1 copied, 0 kept as they are.\n"
    assert "no such conversation" in ops("conversations", "restore", "restored", "--only", "other")


def test_a_restore_from_a_wrong_table_is_refused(ops):
    assert "stack's own table" in ops("conversations", "restore", "conversations")
    assert "There is no table other" in ops("conversations", "restore", "other")
