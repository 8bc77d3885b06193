"""What was erased stays erased, in every order of commands."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Table
from tests.tools.test_conversations import FAR_OFF, LATER, LONG_AGO, item
from tools.operations import erasures

ERASE = ("conversations", "erase")
RESTORE = ("conversations", "restore", "restored")

pytestmark = pytest.mark.usefixtures("restored")


@pytest.fixture
def restored(table, make_client):
    """A table as a restore makes it, with two conversations that the stack's table has too."""
    restored = Table(make_client("dynamodb"), "restored")
    for conversation in ("mine", "theirs"):
        restored.put(item(conversation, "old", LONG_AGO))
        table.put(item(conversation, "old", LONG_AGO))
    return restored


def test_an_erased_conversation_is_gone_and_recorded_for_40_days(ops, table, erasures):
    assert ops(*ERASE, "mine").startswith("1 erased, 0 not in the table.\n")
    assert table.item("mine") is None
    assert table.item("theirs")
    recorded = erasures.item("mine")
    erased_at = datetime.fromisoformat(recorded["erasedAt"])
    assert abs(datetime.now(UTC) - erased_at) < timedelta(minutes=1)
    assert recorded["expiresAt"] == int((erased_at + timedelta(days=40)).timestamp())


def test_what_the_table_lacks_is_named_and_recorded_all_the_same(ops, erasures):
    printed = ops(*ERASE, "no\nthing", "mine", "no\nthing")
    assert printed.startswith('1 erased, 1 not in the table.\n  "no\\nthing"\nAll are')
    assert erasures.item("no\nthing")
    assert ops(*ERASE, "nothing") == "Error: Nothing was erased."


def test_nothing_is_erased_that_cannot_be_recorded(ops, table, make_client):
    make_client("dynamodb").delete_table(TableName="erasures")
    assert "Getting back a table that was deleted" in ops(*ERASE, "mine")
    assert table.item("mine")


def test_an_erasure_that_was_killed_before_it_deleted_can_be_run_again(ops, table, monkeypatch, make_client):
    def kill(**_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(make_client("dynamodb"), "delete_item", kill)
        assert "Interrupted" in ops(*ERASE, "mine")
    ops(*ERASE, "mine")
    assert table.item("mine") is None


@pytest.mark.parametrize(
    ("words", "stdin", "reason"),
    [
        (("mine", "\udcff"), b"", "must be UTF-8"),
        (("mine", ""), b"", "must not be empty"),
        (("mine", " "), b"", "must have 1 to 256 characters"),
        (("mine", "x" * 257), b"", "must have 1 to 256 characters"),
        (("-",), b"mine\n\xff\n", "can't decode byte 0xff"),
        (("-",), b'mine\n"unclosed\n', "'\"unclosed'"),
        (("-",), b'mine\n"\\ud800"\n', "must be UTF-8"),
        (("-",), b"mine\n" + b"x" * 257, "must have 1 to 256 characters"),
        (("-",), b"\n", "has no ids"),
        (("mine", "-"), b"", "- stands alone"),
        (("-tiUDjn7-as",), b"", "after '--'"),
    ],
)
def test_a_bad_id_among_several_is_refused_before_anything_is_written(ops, table, erasures, words, stdin, reason):
    assert reason in ops(*ERASE, *words, stdin=stdin)
    assert table.item("mine")
    assert erasures.item("mine") is None


COMMANDS = [(*ERASE, "mine"), RESTORE, (*RESTORE, "--overwrite"), (*RESTORE, "--only", "mine", "--expired")]


@given(st.lists(st.sampled_from(COMMANDS), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_what_was_erased_stays_erased_in_every_order_of_commands(ops, table, erasures, commands):
    table.put(item("mine", "old", LONG_AGO))
    erasures.delete("mine")
    for number, command in enumerate(commands):
        ops(*command)
        assert bool(table.item("mine")) == (COMMANDS[0] not in commands[: number + 1])
    assert table.item("theirs")


@pytest.mark.parametrize("moment", ["before its copy", "after its copy"])
@pytest.mark.parametrize("options", [(), ("--only", "mine")])
def test_what_is_erased_while_a_restore_runs_stays_erased(
    ops, table, target, make_client, monkeypatch, moment, options
):
    table.delete("mine")
    dynamodb = make_client("dynamodb")
    put = dynamodb.put_item

    def put_item(**request):
        copies_mine = request["TableName"] == "conversations" and request["Item"]["externalConversationId"] == {
            "S": "mine"
        }
        if copies_mine and moment == "before its copy":
            erasures.erase(target, ["mine"])
        answer = put(**request)
        if copies_mine and moment == "after its copy":
            erasures.erase(target, ["mine"])
        return answer

    monkeypatch.setattr(dynamodb, "put_item", put_item)
    assert ops(*RESTORE, *options).startswith("1 copied")
    assert table.item("mine") is None


def test_a_conversation_that_is_made_anew_after_its_erasure_is_another(ops, table, restored):
    ops(*ERASE, "mine")
    table.put(item("mine", "new", FAR_OFF))
    restored.put(item("mine", "new", FAR_OFF))
    ops(*RESTORE)
    assert "0 of 1 recorded" in ops("conversations", "erase-again")
    assert table.item("mine")["lobName"] == "new"


def test_an_operators_clock_can_be_behind(ops, table, monkeypatch):
    past = SimpleNamespace(now=lambda _: datetime(2025, 1, 1, tzinfo=UTC), fromisoformat=datetime.fromisoformat)
    monkeypatch.setattr(erasures, "datetime", past)
    ops(*ERASE, "mine")
    ops(*RESTORE)
    assert table.item("mine") is None


def test_erasures_are_repeated_after_the_table_itself_was_restored(ops, table):
    ops(*ERASE, "mine")
    table.put(item("mine", "old", LATER))
    assert ops("conversations", "erase-again") == "1 of 1 recorded erasures repeated.\n"
    assert table.item("mine") is None
    assert table.item("theirs")


def test_a_restore_skips_another_stacks_erasures_and_deletes_nothing_for_them(ops, table, make_client):
    others = Table(make_client("dynamodb"), "others")
    for conversation in ("mine", "theirs"):
        others.put({"externalConversationId": {"S": conversation}, "erasedAt": {"S": LATER}})
    table.delete("mine")
    assert ops(*RESTORE, "--erasures", "others") == "2 skipped (erased or expired)\n"
    assert table.item("mine") is None
    assert table.item("theirs")


def test_a_restore_warns_if_erasures_may_be_missing(ops, make_client, monkeypatch):
    dynamodb = make_client("dynamodb")
    describe = dynamodb.describe_table

    def describe_table(**request):
        answer = describe(**request)
        answer["Table"]["RestoreSummary"] = summary
        return answer

    monkeypatch.setattr(dynamodb, "describe_table", describe_table)
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/"
    now = datetime.now(UTC)
    warnings = []
    for table, age in (("conversations", 39), ("conversations", 41), ("old", 39)):
        summary = {
            "SourceTableArn": arn + table,
            "RestoreDateTime": now - timedelta(days=age),
            "RestoreInProgress": False,
        }
        monkeypatch.setattr("builtins.print", lambda *words, **_: warnings.append(words[0]))
        ops(*RESTORE)
    warnings = [warning for warning in warnings if warning.startswith("Warning")]
    assert ["recorded for 40 days" in warning for warning in warnings] == [True, False]
    assert "--erasures TABLE" in warnings[1]
