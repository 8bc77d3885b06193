"""docs/operations.md: the log fields that an alarm's entry names are in the lines that it names."""

import json
import re
from collections import defaultdict
from unittest.mock import Mock

import pytest

from ingest.errors import ThrottledError, UnavailableError, UnreadableError
from tests.conftest import ROOT

ALARMS = (ROOT / "docs/operations.md").read_text().partition("\n## Alarms\n")[2].partition("\n## ")[0]
# From Lambda's own lines: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
PLATFORM = {"type", "timeout", "error"}


@pytest.fixture
def fields(table, put_secret, invoke, read_event, submit, log, monkeypatch):  # noqa: ARG001 -- the table is written to
    """The fields of the lines that the functions write, by outcome."""
    # The authorizer first: it has no process of its own here, so it would log the keys of the ingest functions.
    for content in ("malformed", {"default-client": "another"}):
        put_secret(content)
        with pytest.raises(Exception):  # noqa: B017, PT011 -- CredentialsError, then UnauthorizedError
            invoke(read_event("authorizer-allow"))
    for path in (ROOT / "events").iterdir():
        if "authorizer" not in path.stem:
            invoke(read_event(path.stem))
    for error in (ThrottledError, UnavailableError, UnreadableError, RuntimeError):
        monkeypatch.setattr("ingest.store._dynamodb.update_item", Mock(side_effect=error))
        submit({"externalConversationId": "1", "eventId": "1"})
    fields = defaultdict(set)
    for line in log():
        fields[line["message"]] |= line.keys()
    return fields


def test_every_log_field_that_an_alarms_entry_names_is_in_the_lines(fields, template):
    access_log = json.loads(template["Resources"]["Api"]["Properties"]["AccessLogSetting"]["Format"])
    others = access_log.keys() | PLATFORM
    for sentence in re.split(r"(?<=[.;:])\s", ALARMS):
        outcomes = re.findall(r"`message` = `(\w+)`", sentence)
        known = set().union(*(fields[outcome] for outcome in outcomes or fields), () if outcomes else others)
        assert set(re.findall(r"`([a-z]\w+)`", sentence)) <= known, sentence
