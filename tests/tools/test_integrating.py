"""docs/integrating.md: its tables say what the code says."""

import json
import re
from typing import get_args
from uuid import uuid4

import pytest
from integrating_page import PLATFORMS, TEXT, code, quoted, table

from ingest import limits, models
from ingest.errors import NotFoundError, RefusedError, ServiceError
from ingest.item import token_of
from tools import contract
from tools.local.programs import ROOT

# Only reading can fail with NotFoundError.
ERRORS = {ServiceError, *ServiceError.__subclasses__()} - {NotFoundError}
FAILURES = {error.failure for error in ERRORS}
AGAIN = {error.failure for error in ERRORS if error.status in contract.MAY_BE_SENT_AGAIN}


def test_what_changes_with_each_delivery_occurs_in_a_payload():
    left_out = {name for *_, names in table("Event ids") for name in quoted(names)}
    members = {name for platform in PLATFORMS for name in json.loads(code(platform, "json"))}
    assert left_out
    assert left_out <= members


def test_the_table_of_platforms_has_every_value_and_no_other():
    assert {value for _, values in table("Enums") for value in quoted(values)} == set(get_args(models.Platform))


def test_the_statuses_to_retry_are_the_contracts():
    may = dict(re.findall(r"^\| (\d{3}) \|.*\| (no|after|yes).*\|$", (ROOT / "README.md").read_text(), re.MULTILINE))
    statuses = {status for status, _ in contract.ERRORS.values()} | {RefusedError.status}
    assert {int(status): verdict != "no" for status, verdict in may.items()} == {
        status: status in contract.MAY_BE_SENT_AGAIN for status in statuses
    }


def test_the_failures_to_retry_are_the_contracts():
    retry, refused = re.search(r"Retry entries with (.*?\.) Entries with(.*?\.)", TEXT, re.DOTALL).groups()
    assert (set(quoted(retry)), set(quoted(refused))) == (AGAIN, FAILURES - AGAIN)
    assert set(re.findall("FAIL_[A-Z]+", code("Retries", "python"))) == AGAIN


def test_the_table_of_limits_is_the_models():
    listed = {what: limit for what, limit, _ in table("Limits")}
    # Nearly all of a full record is tokens. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
    submissions = round(400 * 1024 / len(token_of(str(uuid4()), {})), -2)
    with pytest.raises(RefusedError) as refused:
        models.read_submission({"externalConversationId": "c", "attributes": [{"n": 10**200}]})
    numbers = re.search("numbers of at most (.*?) in magnitude", str(refused.value))
    assert listed == {
        "a submission: a body, or an entry of a batch": f"{limits.MAX_BYTES // 1024} KiB",
        "a batch's body": f"{limits.MAX_BATCH_BYTES // 1024**2} MiB",
        "entries in a batch": f"{limits.MAX_ENTRIES:,}",
        "JSON values in a submission: members and elements at every depth": f"{limits.MAX_VALUES:,}",
        "a conversation's record": f"400 KB, some {submissions:,.0f} submissions with UUIDs as event ids",
        "requests per second": "set by your operator",
        "submissions per second to one conversation": "1,000, and fewer as its record grows",
        "a number": numbers[1],
    }


def test_the_page_names_only_errors_of_the_service():
    assert set(re.findall(r"FAIL_[A-Z_]+", TEXT)) == FAILURES
    assert set(re.findall(r"\b\d{3}-\d{2}\b", TEXT)) <= contract.ERRORS.keys()
