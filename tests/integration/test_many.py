"""A batch: entries are independent, in order within a conversation, and can be repeated."""

import json

import pytest

from ingest import limits, many, store
from ingest.errors import FullError, ThrottledError, UnavailableError
from ingest.submission import apply, receive
from tools.contract import CANARY, assert_untold

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture(autouse=True)
def time_to_send(monkeypatch):
    """Disables the deadline, because moto is slow on a busy machine."""
    monkeypatch.setattr(many, "SECONDS_TO_SEND", 600)


@pytest.fixture
def send(ask):
    """Posts a batch: its items, the whole batch, or a body as text."""

    def post(batch):
        content = {"items": batch} if isinstance(batch, list) else batch
        return ask("many-stored", body=content if isinstance(content, str) else json.dumps(content))

    return post


@pytest.fixture
def failing(monkeypatch):
    """Errors that the store raises, by the event id of a submission."""
    errors = {}
    merge = store.merge

    def merge_or_fail(conversation_id, values, token):
        if (event_id := values["eventId"]["S"]) in errors:
            raise errors[event_id]
        return merge(conversation_id, values, token)

    monkeypatch.setattr(store, "merge", merge_or_fail)
    return errors


def submission(conversation, event_id, **fields):
    return {"externalConversationId": conversation, "eventId": event_id, **fields}


def errors(body):
    return [result["error"].partition(":")[0] for result in body["results"]]


@pytest.mark.parametrize("bad", ['"lobId": 5', '"zone": NaN', r'"\ud800": 1', r'"eventId": "\ud800"'])
def test_bad_entry_is_refused_alone(send, table, bad):
    good = '{"externalConversationId": "good", "eventId": "e", "colour": "red"}'
    status, body = send(f'{{"items": [{{"externalConversationId": "bad", {bad}}}, {good}, 7, null]}}')
    assert (status, errors(body)) == (200, ["FAIL_BAD_PARAMS", "", "FAIL_BAD_PARAMS", "FAIL_BAD_PARAMS"])
    assert body["results"][1] == {"eventId": "e", "error": "", "ignoredFields": ["colour"]}
    assert body["results"][2]["error"] == "FAIL_BAD_PARAMS: ERROR: item: must be an object"
    assert [item["externalConversationId"] for item in table.items()] == [{"S": "good"}]


def test_batch_keeps_the_order_of_its_entries_and_can_be_repeated(send, table):
    batch = [submission(f"c{number % 3}", f"e{number}", lobId=str(number)) for number in range(60)]
    status, body = send(batch)
    assert (status, [result["eventId"] for result in body["results"]]) == (200, [f"e{number}" for number in range(60)])
    before = [table.item(f"c{number}") for number in range(3)]
    assert [(item["lobId"], len(item["submissions"])) for item in before] == [("57", 20), ("58", 20), ("59", 20)]
    assert send(batch) == (200, body)
    assert [table.item(f"c{number}") for number in range(3)] == before


@pytest.mark.parametrize("batch", [[], [{}] * 1001, {"items": "x"}, {"itmes": [{}]}, "{"])
def test_unreadable_batch_is_refused_with_one_result(send, batch):
    [result] = send(batch).body["results"]
    rule = "body: must be valid JSON" if batch == "{" else "items: must be an array of 1 to 1000 submissions"
    assert result["error"].startswith(f"FAIL_BAD_PARAMS: ERROR: {rule}")


def test_batch_over_4_mib_gets_413(send):
    assert send("[" * (4 * 1024 * 1024 + 1)).body["error"]["code"] == "413-01"


@pytest.mark.parametrize(
    ("error", "named"),
    [(ThrottledError(), "FAIL_THROTTLED"), (UnavailableError(), "FAIL_UNAVAILABLE"), (ValueError(), "FAIL_INTERNAL")],
)
def test_entries_after_a_failed_one_of_their_conversation_fail_too(send, table, failing, log, error, named):
    failing["e2"] = error
    batch = [submission("c", f"e{number}", lobId=str(number), zone=1) for number in (1, 2, 3)] + [submission("d", "e4")]
    status, body = send(batch)
    assert (status, errors(body)) == (200, ["", named, named, ""])
    assert [result["eventId"] for result in body["results"]] == ["e1", "e2", "e3", "e4"]
    assert body["results"][2]["ignoredFields"] == ["zone"]
    assert [line["externalConversationId"] for line in log()[:-1]] == ["c", "c", "c", "d"]
    assert table.item("c")["lobId"] == "1"

    # The failed entries can be sent again without the others.
    failing.clear()
    status, body = send(batch[1:3])
    assert (status, errors(body)) == (200, ["", ""])
    assert table.item("c")["lobId"] == "3"


def test_full_conversation_does_not_stop_the_next_entry(send, table, failing):
    failing["e1"] = FullError()
    status, body = send([submission("c", "e1"), submission("c", "e2", lobId="2")])
    assert (status, errors(body)) == (200, ["FAIL_CONVERSATION_FULL", ""])
    assert table.item("c")["lobId"] == "2"


@pytest.mark.parametrize(
    ("failures", "code"),
    [([ThrottledError()], "429-01"), ([ValueError()], "500-01"), ([ThrottledError(), UnavailableError()], "503-01")],
)
def test_batch_status_is_retryable_if_nothing_was_stored(send, failing, failures, code):
    failing |= {f"e{number}": error for number, error in enumerate(failures)}
    items = [submission(f"c{number}", f"e{number}") for number in range(len(failures))] + [{"lobId": "refused"}]
    assert send(items).body["error"]["code"] == code


def test_entries_after_the_deadline_are_unavailable(send, table, monkeypatch):
    # The time ends after four entries are received and one is applied.
    steps = []
    monkeypatch.setattr(many.time, "monotonic", lambda: many.SECONDS_TO_SEND * len(steps) / 4.5)
    for step in (receive, apply):
        monkeypatch.setattr(many, step.__name__, lambda *sent, step=step: steps.append(step) or step(*sent))
    status, body = send([submission("c", f"e{number}") for number in range(4)])
    assert (status, errors(body)) == (200, ["", "FAIL_UNAVAILABLE", "FAIL_UNAVAILABLE", "FAIL_UNAVAILABLE"])
    assert len(table.item("c")["submissions"]) == 1


@pytest.mark.parametrize(
    "item",
    [
        # A response between Lambda's limit and 7 MB.
        {"eventId": "e", '"' * 1120 + "x" * 1900: 1},
        {"eventId": "📱" * 256, "attributes": [{"📱" * 250: {"x": 10**38 + 1}}] * 10},
        {"attributes": [{f"{row}{column}": 1e-200 for column in range(10)} for row in range(10)]},
    ],
)
def test_response_stays_within_lambdas_limit(invoke, read_event, item):
    size = len(json.dumps(item, ensure_ascii=False).encode()) + len(", ")
    count = min(999, limits.MAX_BATCH_BYTES // size - 1)
    body = json.dumps({"items": [item] * count + [submission("c", "last")]}, ensure_ascii=False)
    response = invoke(read_event("many-stored") | {"body": body})
    assert response["statusCode"] == 200
    # Lambda accepts 6,291,556 bytes, which contain the body as an escaped string.
    assert len(json.dumps(response)) < 6_291_556
    assert len(json.loads(response["body"])["results"]) == count + 1


def test_members_next_to_items_are_returned_as_ignored(send, log):
    body = r'{"items": [{"externalConversationId": "c"}], "\ud800": 1, "dryRun": true, "Zone": 1}'
    assert send(body).body["ignoredFields"] == ["?", "Zone", "dryRun"]
    _, line = log()
    assert (line["message"], line["entries"], line["IgnoredFields"]) == ("Batch", 1, [3])
    assert line["ignoredFields"] == ["?", "Zone", "dryRun"]


def test_entries_after_too_many_values_are_unavailable(send, monkeypatch):
    monkeypatch.setattr(many, "MAX_BATCH_VALUES", 5)
    _, body = send([submission(f"c{number}", f"e{number}", lobId="a third value") for number in range(3)])
    assert errors(body) == ["", "", "FAIL_UNAVAILABLE"]
    assert body["results"][2]["eventId"] == "e2"


def test_batch_logs_a_line_per_applied_entry_and_its_metrics_once(send, table, log):
    wrong = submission("b", "e2", deviceType=CANARY, colour=CANARY)
    big = submission("big", "e4", attributes=[{"a": [0] * 140_000}])
    answer = send([submission("a", "e1"), wrong, submission("c", "e3", colour=CANARY), big, 7])
    assert errors(answer.body) == ["", "FAIL_BAD_PARAMS", "", "FAIL_TOO_LARGE", "FAIL_BAD_PARAMS"]
    assert table.item("big") is None
    *stored, refused, batch = log()
    assert [line["eventId"] for line in stored] == ["e1", "e3"]
    assert (refused["message"], refused["count"]) == ("Refused", 3)
    listed = [(entry["item"], entry.get("fields")) for entry in refused["refused"]]
    assert listed == [(1, ["deviceType"]), (3, None), (4, ["item"])]
    assert ["_aws" in line for line in log()] == [False, False, False, True]
    counts = {metric["Name"]: batch[metric["Name"]] for metric in batch["_aws"]["CloudWatchMetrics"][0]["Metrics"]}
    assert counts == {"Stored": [2], "Refused": [2], "TooLarge": [1], "IgnoredFields": [2]}
    assert (batch["message"], batch["entries"]) == ("Batch", 5)
    assert len({line["requestId"] for line in log()}) == 1
    assert_untold(repr(log()), "The log")


def test_small_batch_cannot_write_a_large_log(send, log):
    send([1] * 1000)
    refused, batch = log()
    assert len(refused["refused"]) == 20
    assert batch["Refused"] == [1000]
    assert len(json.dumps(log())) < 4000
