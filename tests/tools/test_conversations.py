"""Erasing a conversation, and copying conversations back out of a restored table."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from tests.conftest import ROOT, Table
from tools.operations import conversations
from tools.operations.target import CONNECTIONS

LONG_AGO, LATER, FAR_OFF = "2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z", "9999-01-01T00:00:00.000Z"


def _item(conversation, lob_name, updated_at, **more):
    times = {"createdAt": updated_at, "updatedAt": updated_at}
    texts = {"externalConversationId": conversation, "lobName": lob_name} | times
    return {name: {"S": text} for name, text in texts.items()} | more


@pytest.fixture
def restored(table, make_client):
    """A table as a restore makes it: with `lost`, and with `kept` as it was before the stack's table changed it."""
    restored = Table(make_client("dynamodb"), "restored")
    restored.put(_item("lost", "old", LONG_AGO))
    restored.put(_item("kept", "old", LONG_AGO))
    table.put(_item("kept", "new", LATER))
    return restored


def test_an_erased_conversation_is_gone_and_its_neighbour_is_not(ops, submit, table):
    submit({"externalConversationId": "-mine"})
    submit({"externalConversationId": "theirs"})

    assert "Erased" in ops("conversations", "erase", "--", "-mine")
    assert table.item("-mine") is None
    assert table.item("theirs")


def test_erasing_what_is_not_there_says_so_and_lists_it_all_the_same(ops, tmp_path):
    assert "no such conversation" in ops("conversations", "erase", "nothing")
    [line] = (tmp_path / "erased-conversation-metadata.jsonl").read_text().splitlines()
    assert json.loads(line)["externalConversationId"] == "nothing"


def test_nothing_is_erased_that_can_not_be_listed(ops, submit, table):
    submit({"externalConversationId": "mine"})

    assert "nothing was erased" in ops("conversations", "erase", "mine", "--list", "no/such/folder")
    assert table.item("mine")


@pytest.mark.usefixtures("restored")
def test_a_restore_brings_back_what_is_missing_and_keeps_the_rest(ops, table):
    assert ops("conversations", "restore", "restored") == "1 copied, 1 kept as they are\n"
    assert table.item("lost")["lobName"] == "old"
    assert table.item("kept")["lobName"] == "new"


@pytest.mark.usefixtures("restored")
def test_a_restore_can_overwrite_and_be_run_again(ops, table):
    assert ops("conversations", "restore", "restored", "--overwrite") == "2 copied\n"
    assert table.item("kept")["lobName"] == "old"
    table.put(_item("lost", "sent since", FAR_OFF))

    assert ops("conversations", "restore", "restored", "--overwrite") == "1 copied, 1 kept as they are\n"
    assert table.item("lost")["lobName"] == "sent since"


@pytest.mark.usefixtures("restored")
def test_one_conversation_can_be_restored_alone(ops, table):
    assert ops("conversations", "restore", "restored", "--only", "lost", "--overwrite") == "1 copied\n"
    assert table.item("lost")
    assert table.item("kept")["lobName"] == "new"


def test_a_restore_leaves_out_what_was_erased_or_has_expired_and_not_what_was_made_anew_since(ops, restored, table):
    restored.put(_item("made anew", "new", FAR_OFF))
    restored.put(_item("expired", "old", LONG_AGO, expiresAt={"N": "1"}))
    restored.put(_item("alive", "old", LONG_AGO, expiresAt={"N": "99999999999"}))
    ops("conversations", "erase", "lost")
    ops("conversations", "erase", "made anew", "--list", "colleague.jsonl")
    ops("conversations", "erase", "kept", "--list", "colleague.jsonl")

    told = ops("conversations", "restore", "restored", "--except", "colleague.jsonl")
    assert told == "2 copied, 3 left out, erased or expired\n"
    assert [table.item(name) for name in ("lost", "kept", "expired")] == [None] * 3
    assert table.item("made anew")
    assert table.item("alive")


def test_every_page_of_a_large_table_is_copied(ops, restored, table):
    for number in range(4):
        restored.put(_item(str(number), "old", LONG_AGO, text={"S": "x" * 390_000}))

    assert ops("conversations", "restore", "restored") == "5 copied, 1 kept as they are\n"
    assert all(table.item(str(number)) for number in range(4))


def test_ctrl_c_or_a_failure_stops_a_restore_after_the_copies_that_have_begun(monkeypatch, ops, restored, make_client):
    for number in range(3 * CONNECTIONS):
        restored.put(_item(str(number), "old", LONG_AGO))
    dynamodb, begun, ending = make_client("dynamodb"), [], Event()
    first = dynamodb.scan(TableName="restored")["Items"][0]

    class Pool(ThreadPoolExecutor):
        def shutdown(self, *words, **options):
            ending.set()
            super().shutdown(*words, **options)

    def put_item(**request):
        begun.append(request)
        if request["Item"] == first:
            raise KeyboardInterrupt
        ending.wait()

    monkeypatch.setattr(conversations, "ThreadPoolExecutor", Pool)
    monkeypatch.setattr(dynamodb, "put_item", put_item)
    assert "Stopped." in ops("conversations", "restore", "restored")
    assert len(begun) <= CONNECTIONS + 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("restore", "restored", "--only", "", "--overwrite"), "it is empty: is a variable of the shell not set?"),
        (("restore", "restored", "--except", ""), "it is empty"),
        (("restore", ""), "it is empty"),
        (("erase", ""), "it is empty"),
        (("erase", "mine", "--list", ""), "it is empty"),
        (("restore", "restored", "--only", "other"), "restored has no such conversation"),
        (("restore", "conversations"), "stack's own table"),
        (("restore", "other"), "There is no table other"),
        (("restore", "restored", "--except", "missing.jsonl"), "missing.jsonl can't be read as a list"),
        (("restore", "restored", "--except", str(ROOT / "LICENSE")), "LICENSE can't be read as a list"),
        (("erase", "-tiUDjn7-as"), "after a '--'"),
    ],
)
@pytest.mark.usefixtures("restored")
def test_a_mistake_is_refused_in_a_sentence_and_copies_nothing(ops, table, words, reason):
    assert reason in ops("conversations", *words)
    assert table.item("lost") is None
