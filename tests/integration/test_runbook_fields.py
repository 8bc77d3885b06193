"""docs/operations.md: the fields that an alarm's entry names are in the lines that the functions write."""

import re

import pytest

from ingest import store
from tests.conftest import TEMPLATE
from tests.tools.test_runbook import ENTRIES

PLATFORM = {"platform.report", "platform.initReport", "record.status", "record.metrics.maxMemoryUsedMB"}
PLATFORM |= {"type", "timeout", "error"}


@pytest.fixture
def lines(submit, invoke, read_event, answering, log, make_client, put_secret):
    """A line of each message that the entries name, written by the functions."""
    submission = {"externalConversationId": "c", "eventId": "e"}
    for answer in ((400, '{"__type": "ThrottlingException"}'), (200, b"\xe9")):
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
def test_fields_that_an_entry_names_are_in_its_lines(alarm, lines):
    entry = " ".join(ENTRIES[alarm].split())
    access_log = TEMPLATE["Resources"]["Api"]["Properties"]["AccessLogSetting"]["Format"]
    written = set(re.findall(r'"(\w+)":', access_log)) if re.search("access log|Slowest requests", entry) else set()
    written |= PLATFORM if "platform." in entry else set()
    for message in re.findall(r"`message` = `(\w+)`", entry):
        written |= lines[message].keys()

    assert set(re.findall(r"`([a-z]\w*(?:\.\w+)*)`", entry)) <= written
