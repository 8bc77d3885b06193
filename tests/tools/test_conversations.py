"""Erasing a conversation, and copying conversations back out of a restored table."""

import json
import threading

import pytest

from tools.operations import copying
from tools.operations.copying import SEGMENTS, copy_segments

LONG_AGO, LATER, FAR_OFF = "2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z", "9999-01-01T00:00:00.000Z"


def _item(conversation, lob_name, updated_at, **more):
    times = {"createdAt": updated_at, "updatedAt": updated_at}
    texts = {"externalConversationId": conversation, "lobName": lob_name} | times
    return {name: {"S": text} for name, text in texts.items()} | more


@pytest.fixture
def put_restored(table, make_client):
    """Puts an item into a table as a restore makes it, of which the stack's table has `kept`, in another version."""
    dynamodb = make_client("dynamodb")
    declared = dynamodb.describe_table(TableName="conversations")["Table"]
    made_of = {name: declared[name] for name in ("KeySchema", "AttributeDefinitions")}
    dynamodb.create_table(TableName="restored", BillingMode="PAY_PER_REQUEST", **made_of)
    table.put(_item("kept", "new", LATER))
    return lambda item: dynamodb.put_item(TableName="restored", Item=item)


@pytest.fixture
def restored(put_restored):
    """That table with two conversations."""
    for conversation in ("kept", "lost"):
        put_restored(_item(conversation, "old", LONG_AGO))


def test_an_erased_conversation_is_gone_and_its_neighbour_is_not(ops, submit, table):
    submit({"externalConversationId": "mine"})
    submit({"externalConversationId": "theirs"})

    assert "Erased" in ops("conversations", "erase", "mine")
    assert table.item("mine") is None
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
def test_one_conversation_can_be_restored_alone(ops):
    assert ops("conversations", "restore", "restored", "--only", "lost") == "1 copied\n"
    assert "no such conversation" in ops("conversations", "restore", "restored", "--only", "other")


def test_a_restore_leaves_out_what_was_erased_or_has_expired_and_not_what_was_made_anew_since(ops, put_restored, table):
    put_restored(_item("erased", "old", LONG_AGO))
    put_restored(_item("made anew", "new", FAR_OFF))
    put_restored(_item("expired", "old", LONG_AGO, expiresAt={"N": "1"}))
    put_restored(_item("alive", "old", LONG_AGO, expiresAt={"N": "99999999999"}))
    ops("conversations", "erase", "erased")
    ops("conversations", "erase", "made anew", "--list", "colleague.jsonl")

    told = ops("conversations", "restore", "restored", "--except", "colleague.jsonl")
    assert told == "2 copied, 2 left out, erased or expired\n"
    assert [table.item(name) for name in ("erased", "expired")] == [None, None]
    assert table.item("made anew")
    assert table.item("alive")


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("file", ["notes.txt", "missing.jsonl"])
def test_what_is_no_list_of_erased_conversations_is_refused_before_anything_is_copied(ops, tmp_path, table, file):
    (tmp_path / "notes.txt").write_text("chat-7f2c\n")

    assert f"{file} can't be read" in ops("conversations", "restore", "restored", "--except", file)
    assert table.item("lost") is None


def test_every_item_of_a_large_table_is_copied_once(ops, put_restored, table):
    for number in range(100):
        put_restored(_item(str(number), "old", LONG_AGO))

    assert ops("conversations", "restore", "restored") == "100 copied\n"
    assert all(table.item(str(number)) for number in range(100))


def test_the_first_failure_stops_all_segments():
    others = threading.Barrier(SEGMENTS)

    def items_of(segment, _):
        others.wait()
        yield from iter(lambda: {"segment": segment}, None)

    def copy(item):
        if item["segment"] == 0:
            raise ConnectionError
        return "copied"

    with pytest.raises(ConnectionError):
        copy_segments(items_of, copy)


def test_ctrl_c_stops_all_segments(monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(copying, "as_completed", interrupt)

    with pytest.raises(KeyboardInterrupt):
        copy_segments(lambda *_: iter(dict, None), lambda _: "copied")


@pytest.mark.parametrize(
    "words",
    [
        ("restore", "restored", "--only", "", "--overwrite"),
        ("restore", "restored", "--except", ""),
        ("restore", ""),
        ("erase", ""),
        ("erase", "mine", "--list", ""),
    ],
)
def test_an_empty_argument_is_refused_because_it_would_mean_everything(ops, words):
    assert "it is empty: is a variable of the shell not set?" in ops("conversations", *words)


def test_an_id_that_begins_with_a_dash_can_be_given(ops, submit, table):
    submit({"externalConversationId": "-tiUDjn7-as"})

    assert "after a '--'" in ops("conversations", "erase", "-tiUDjn7-as")
    assert table.item("-tiUDjn7-as")
    assert "Erased" in ops("conversations", "erase", "--", "-tiUDjn7-as")
    assert table.item("-tiUDjn7-as") is None


def test_a_restore_from_a_wrong_table_is_refused(ops):
    assert "stack's own table" in ops("conversations", "restore", "conversations")
    assert "There is no table other" in ops("conversations", "restore", "other")
