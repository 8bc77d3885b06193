"""Finding conversations, copying them back out of a restored table, and dating them anew."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from tests.tools.conftest import FAR_OFF, LATER, LONG_AGO, item
from tools.operations.erasures import timestamp

RESTORE = ("conversations", "restore", "restored")


@pytest.mark.usefixtures("restored")
def test_a_restore_keeps_or_overwrites_what_the_table_has_and_can_be_run_again(ops, table):
    assert ops(*RESTORE) == "1 copied, 1 unchanged\n"
    assert (table.item("lost")["lobName"], table.item("kept")["lobName"]) == ("old", "new")
    assert ops(*RESTORE, "--only", "lost", "--overwrite") == "1 copied\n"
    assert table.item("kept")["lobName"] == "new"
    table.put(item("lost", "sent since", FAR_OFF))
    for _ in range(2):
        assert ops(*RESTORE, "--overwrite") == "1 copied, 1 unchanged\n"
        assert (table.item("lost")["lobName"], table.item("kept")["lobName"]) == ("sent since", "old")


@pytest.mark.parametrize("retention_days", [30])
def test_what_has_expired_is_restored_only_on_request_with_a_new_date(ops, restored, table):
    now = datetime.now(UTC)
    for conversation, days in (("lost", 1), ("kept", 31)):
        restored.put(item(conversation, "old", timestamp(now - timedelta(days=days)), expiresAt={"N": "1"}))
    assert ops(*RESTORE, "--overwrite") == "2 skipped (erased or expired)\n"
    assert ops(*RESTORE, "--overwrite", "--expired") == "1 copied, 1 skipped (erased or expired)\n"
    assert table.item("lost")["expiresAt"] == int((now + timedelta(days=29)).timestamp())


@pytest.mark.parametrize("retention_days", [0, 30])
def test_every_conversation_can_be_dated_anew(ops, table, make_client, monkeypatch, retention_days, submit):
    table.put(item("short", expiresAt={"N": "1"}))
    table.put(item("raced", expiresAt={"N": "1"}))
    monkeypatch.setattr("ingest.store.RETENTION", timedelta(days=retention_days))
    submit({"externalConversationId": "right"})
    right, dynamodb = table.item("right"), make_client("dynamodb")
    update = dynamodb.update_item

    def race(**request):
        if request["Key"]["externalConversationId"] == {"S": "raced"}:
            table.put(item("raced", "new", LATER))
        return update(**request)

    monkeypatch.setattr(dynamodb, "update_item", race)
    assert ops("conversations", "retain") == "1 dated anew, 2 unchanged\n"
    assert table.item("right") == right
    assert "expiresAt" not in table.item("raced")
    expires_at = datetime.fromisoformat(LONG_AGO) + timedelta(days=30)
    assert table.item("short").get("expiresAt") == (expires_at.timestamp() if retention_days else None)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("lobName", "Mobile phones", "a"),
        ("email", "ada@example.com", "bc"),
        ("attribute:email", "ada@example.com", "bc"),
        ("customer", "4711", "cd"),
        ("companySegment", "gold", "a"),
        ("companySegment", "gol", ""),
        ("externalConversationId", "b", "b"),
        ("email", "ada", ""),
        ("é #:", "x", "d"),
    ],
)
def test_a_value_finds_conversations_by_field_and_attribute(ops, submit, name, value, found):
    submit({"externalConversationId": "a", "lobName": "Mobile phones", "companySegment": ["vip", "gold"]})
    submit({"externalConversationId": "b", "attributes": [{"email": "ada@example.com"}]})
    submit({"externalConversationId": "c", "attributes": [{"email": ["bo", "ada@example.com"], "customer": 4711}]})
    submit({"externalConversationId": "d", "attributes": [{"customer": "4711", "é #:": "x"}]})
    assert sorted(ops("conversations", "find", name, value).splitlines()) == list(found)


def test_what_is_found_can_be_erased_whatever_the_ids(ops, submit, table):
    ids = ["-dash", '"quoted"', "line\nbreak", "a\u2028b", " blank ", "日本", "-"]
    for conversation in [*ids, "line"]:
        submit({"externalConversationId": conversation, "campaign": "no" if conversation == "line" else "yes"})
    # As an editor on Windows saves it.
    found = ops("conversations", "find", "campaign", "yes").replace("\n", "\r\n").encode("utf-8-sig")
    assert ops("conversations", "erase", "-", stdin=found).startswith("7 erased, 0 not in the table.\n")
    assert [it["externalConversationId"]["S"] for it in table.items()] == ["line"]


@pytest.mark.usefixtures("restored")
def test_a_reader_that_has_enough_ends_the_command_quietly(ops, monkeypatch):
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as closed:
        monkeypatch.setattr("sys.stdout", closed)
        assert ops("conversations", "find", "lobName", "new") == ""


ERASE = ("erase", "kept")


@pytest.mark.parametrize(
    ("words", "stdin", "reason"),
    [
        ((*ERASE, "\udcff"), b"", "must be UTF-8"),
        ((*ERASE, ""), b"", "must not be empty (is a shell variable unset?)"),
        ((*ERASE, " "), b"", "must have 1 to 256 characters"),
        ((*ERASE, "x" * 257), b"", "must have 1 to 256 characters"),
        ((*ERASE, "-tiUDjn7-as"), b"", "after '--'"),
        ((*ERASE, "-"), b"kept\n\xff\n", "can't decode byte 0xff"),
        ((*ERASE, "-"), b'"unclosed\n', "'\"unclosed'"),
        ((*ERASE, "-"), b'"\\ud800"\n', "must be UTF-8"),
        ((*ERASE, "-"), b"x" * 257, "must have 1 to 256 characters"),
        (("restore", "restored", "--only", "", "--overwrite"), b"", "must not be empty"),
        (("restore", ""), b"", "must not be empty"),
        (("restore", "restored", "--only", "other"), b"", "no conversation, or not this one"),
        (("restore", "other"), b"", "Getting back a table that was deleted"),
        (("restore", "erasures"), b"", "Table erasures is not a table of conversations"),
        (("restore", "restored", "--erasures", "conversations"), b"", "is not a table of erasures"),
        (("restore", "restored", "--erasures", "other"), b"", "Getting back a table that was deleted"),
        (("find", "campaign", "\udcff"), b"", "must be UTF-8"),
    ],
)
@pytest.mark.usefixtures("restored")
def test_a_mistake_is_refused_in_a_sentence_and_changes_nothing(ops, table, erased, words, stdin, reason):
    erased.put({"externalConversationId": {"S": "other"}, "erasedAt": {"S": LATER}})
    assert reason in ops("conversations", *words, stdin=stdin)
    assert table.item("lost") is None
    assert table.item("kept")
    assert erased.item("kept") is None
