"""docs/operations.md: the fields that an alarm's entry names are in the lines that the functions write."""

import re

import pytest

from ingest import store
from tests.tools.test_runbook import ENTRIES

PLATFORM = {
    "type",
    "record.status",
    "record.metrics.maxMemoryUsedMB",
    "timeout",
    "error",
    "platform.report",
    "platform.initReport",
}
THROTTLED = (400, '{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "slow down"}')
UNREADABLE = (200, "<p>caf\xe9</p>".encode("latin-1"))


@pytest.fixture
def lines(submit, invoke, read_event, answering, log, make_client, put_secret):
    """A line of each message that the entries name, written by the functions."""
    submission = {"externalConversationId": "c", "eventId": "e"}
    for answer in (THROTTLED, UNREADABLE):
        with answering(store._dynamodb, answer):
            submit(submission)
    make_client("dynamodb").delete_table(TableName="conversations")
    submit(submission)
    for secret in ("not JSON", {"example-client": "another"}):
        put_secret(secret)
        with pytest.raises(Exception):  # noqa: B017, PT011 -- the log is the point
            invoke(read_event("authorizer-allow"))
    return {line["message"]: line for line in log()}


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("alarm", ENTRIES)
def test_fields_that_an_entry_names_are_in_its_lines(alarm, lines, template):
    entry = " ".join(ENTRIES[alarm].split())
    access_log = template["Resources"]["Api"]["Properties"]["AccessLogSetting"]["Format"]
    written = set(re.findall(r'"(\w+)":', access_log)) if re.search("access log|Slowest requests", entry) else set()
    written |= PLATFORM if "platform." in entry else set()
    for message in re.findall(r"`message` = `(\w+)`", entry):
        written |= lines[message].keys()

    assert set(re.findall(r"`([a-z]\w*(?:\.\w+)*)`", entry)) <= written
