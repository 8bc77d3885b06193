"""What was erased stays erased, in every order of commands."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Table
from tests.tools.conftest import FAR_OFF, LATER, item
from tools.operations import conversations, erasures

ERASE = ("conversations", "erase")
RESTORE = ("conversations", "restore", "restored")
COMMANDS = [(*ERASE, "lost"), RESTORE, (*RESTORE, "--overwrite"), (*RESTORE, "--only", "lost", "--expired")]

pytestmark = pytest.mark.usefixtures("restored")


@pytest.mark.parametrize("hours_ahead", [-24, 0, 24])
def test_an_erasure_is_recorded_for_40_days_even_if_the_clock_is_wrong(ops, table, erased, monkeypatch, hours_ahead):
    clock = SimpleNamespace(now=lambda _: datetime.now(UTC) + timedelta(hours=hours_ahead))
    monkeypatch.setattr(erasures, "datetime", clock)
    table.put(item("lost"))
    printed = ops(*ERASE, "no\nthing", "lost", "no\nthing")
    assert printed.startswith('1 erased, 1 not in the table.\n  "no\\nthing"\nA restore skips all of them.')
    assert [it["externalConversationId"]["S"] for it in table.items()] == ["kept"]
    recorded = erased.item("lost")
    erased_at = datetime.fromisoformat(recorded["erasedAt"])
    assert abs(datetime.now(UTC) - erased_at) < timedelta(minutes=1)
    assert recorded["expiresAt"] == int((erased_at + timedelta(days=40)).timestamp())


def test_an_interrupted_erasure_can_be_run_again(ops, table, erased, monkeypatch, make_client):
    with monkeypatch.context() as patch:
        patch.setattr(make_client("dynamodb"), "delete_item", Mock(side_effect=KeyboardInterrupt))
        assert "Interrupted" in ops(*ERASE, "kept")
    assert erased.item("kept"), "It is recorded before it is deleted."
    assert ops(*ERASE, "kept").startswith("1 erased")
    assert table.item("kept") is None


@given(st.lists(st.sampled_from(COMMANDS), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_what_was_erased_stays_erased_in_every_order_of_commands(ops, table, make_client, commands):
    table.put(item("lost"))
    make_client("dynamodb").delete_item(TableName="erasures", Key={"externalConversationId": {"S": "lost"}})
    for number, command in enumerate(commands):
        ops(*command)
        assert bool(table.item("lost")) == (COMMANDS[0] not in commands[: number + 1])
    assert table.item("kept")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("ending", [None, KeyboardInterrupt])
def test_what_is_erased_during_its_copy_stays_erased(ops, table, target, make_client, monkeypatch, moment, ending):
    dynamodb = make_client("dynamodb")
    put = dynamodb.put_item

    def put_item(**request):
        is_copy = request["TableName"] == "conversations" and request["Item"]["externalConversationId"]["S"] == "lost"
        if is_copy and moment == "before":
            erasures.erase(target, ["lost"])
        put(**request)
        if is_copy and moment == "after":
            erasures.erase(target, ["lost"])
        if is_copy and ending:
            raise ending

    monkeypatch.setattr(dynamodb, "put_item", put_item)
    assert ("Interrupted" if ending else "1 copied") in ops(*RESTORE)
    assert table.item("lost") is None


def test_a_large_restore_skips_what_is_erased_meanwhile(ops, restored, target, make_client, monkeypatch):
    for number in range(4):
        restored.put(item(str(number), text={"S": "x" * 390_000}))
    put, copied, printed = (dynamodb := make_client("dynamodb")).put_item, [], []

    def put_item(**request):
        put(**request)
        if request["TableName"] == "conversations":
            copied.append(request["Item"]["externalConversationId"]["S"])
            erasures.erase(target, {"0", "1", "2", "3"} - set(copied))

    monkeypatch.setattr(dynamodb, "put_item", put_item)
    monkeypatch.setattr(conversations, "SECONDS_BETWEEN_REPORTS", 0)
    monkeypatch.setattr("builtins.print", lambda *words, **_: printed.append(*words))
    ops(*RESTORE)
    _, warning, *progress, result = printed
    assert "--erasures TABLE" in warning, "The table is no restore of the stack's own."
    assert len(progress) > 1
    assert progress[-1].startswith("6 of about 6 conversations, ")
    assert "skipped (erased or expired)" in result


def test_erasures_are_repeated_but_a_conversation_that_is_made_anew_stays(ops, table, restored):
    ops(*ERASE, "lost", "kept")
    table.put(item("lost"))
    for each in (table, restored):
        each.put(item("kept", "anew", FAR_OFF))
    assert ops("conversations", "erase-again") == "2 recorded erasures repeated.\n"
    assert table.item("lost") is None
    ops(*RESTORE)
    assert table.item("kept")["lobName"] == "anew"


def test_a_restore_skips_another_stacks_erasures_and_deletes_nothing_for_them(ops, table, make_client):
    others = Table(make_client("dynamodb"), "others")
    for conversation in ("lost", "kept"):
        others.put({"externalConversationId": {"S": conversation}, "erasedAt": {"S": FAR_OFF}})
    assert ops(*RESTORE, "--erasures", "others") == "2 skipped (erased or expired)\n"
    assert table.item("lost") is None
    assert table.item("kept")["updatedAt"] == LATER
