"""docs/integrating.md: its tables say what the code says."""

import json
import re
from typing import get_args
from uuid import uuid4

import pytest
from documents import blocks, quoted, sections, table

from ingest import limits, models
from ingest.errors import NotFoundError, RefusedError, ServiceError
from ingest.item import token_of
from tools import contract
from tools.local.programs import ROOT

TEXT = (ROOT / "docs/integrating.md").read_text()
SECTIONS = sections(TEXT)
# Only reading can fail with NotFoundError.
ERRORS = {ServiceError, *ServiceError.__subclasses__()} - {NotFoundError}
FAILURES = {error.failure for error in ERRORS}
AGAIN = {error.failure for error in ERRORS if error.status in contract.MAY_BE_SENT_AGAIN}


def test_what_changes_with_each_delivery_occurs_in_a_payload():
    left_out = {name for *_, names in table(SECTIONS["Event ids"]) for name in quoted(names)}
    members = {name for payload in blocks(TEXT, "json") for name in json.loads(payload)}
    assert left_out
    assert left_out <= members


def test_the_table_of_platforms_has_every_value_and_no_other():
    values = " ".join(values for _, values in table(SECTIONS["Enums"]))
    assert set(quoted(values)) == set(get_args(models.Platform))


def test_the_statuses_to_retry_are_the_contracts():
    rows = table(sections((ROOT / "README.md").read_text())["The API"])
    statuses = {status for status, _ in contract.ERRORS.values()} | {RefusedError.status}
    assert {int(status) for status, *_ in rows} == statuses
    assert {int(status) for status, *_, verdict in rows if verdict != "no"} == contract.MAY_BE_SENT_AGAIN


def test_the_failures_to_retry_are_the_contracts():
    retry, refused = re.search(r"Retry entries with (.*?\.) Entries with(.*?\.)", TEXT, re.DOTALL).groups()
    assert (set(quoted(retry)), set(quoted(refused))) == (AGAIN, FAILURES - AGAIN)
    assert set(re.findall("FAIL_[A-Z]+", "".join(blocks(TEXT, "python")))) == AGAIN
    assert set(re.findall(r"FAIL_[A-Z_]+", TEXT)) == FAILURES


def test_the_table_of_limits_is_the_models():
    listed = {what: limit for what, limit, _ in table(SECTIONS["Limits"])}
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


def test_the_page_names_only_codes_of_the_contract():
    assert set(re.findall(r"\b\d{3}-\d{2}\b", TEXT)) <= contract.ERRORS.keys()
