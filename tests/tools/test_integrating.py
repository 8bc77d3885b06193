"""docs/integrating.md: what it says is what the models say."""

import json
import re
from typing import get_args
from uuid import uuid4

import oracle
from page import PLATFORMS, TEXT, code, quoted, table

from ingest import dynamodb_value, limits, models
from ingest.errors import RefusedError, ServiceError
from ingest.item import token_of
from tools.openapi.schemas import FAILURES

ENUMS = {"platform": models.Platform, "deviceType": models.DeviceType, "operatingSystem": models.OperatingSystem}
AGAIN = {
    error.failure
    for error in (ServiceError, *ServiceError.__subclasses__())
    if error.status in oracle.MAY_BE_SENT_AGAIN
}


def test_what_is_to_be_left_out_of_a_submission_stands_in_a_payload():
    left_out = {name for *_, names in table("`eventId`") for name in quoted(names)}
    members = {name for platform in PLATFORMS for name in json.loads(code(platform, "json"))}
    assert left_out
    assert left_out <= members


def test_the_table_of_enums_has_every_value_and_no_other():
    given = {field: set() for field in ENUMS}
    for _, field, values in table("Enums"):
        given[field.strip("`")] |= set(quoted(values))
    assert given == {field: set(get_args(enum)) for field, enum in ENUMS.items()}


def test_the_table_of_retries_says_which_may_be_retried():
    may = {}
    for answer, verdict in table("Retries"):
        for name in quoted(answer) or re.findall(r"\d{3}", answer):
            may[name] = verdict.startswith("yes")
    statuses = {200, *(status for status, _ in oracle.ERRORS.values()), RefusedError.status}
    expected = {str(status): status in oracle.MAY_BE_SENT_AGAIN for status in statuses}
    assert may == expected | {name: name in AGAIN for name in FAILURES}


def test_a_batchs_client_names_the_failures_that_may_be_retried():
    assert set(re.findall("FAIL_[A-Z]+", code("Retries", "python"))) == AGAIN


def test_the_table_of_limits_is_the_models():
    given = {what.replace("`", ""): limit for what, limit, _ in table("Limits")}
    # Nearly all of a full record is tokens. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
    submissions = round(400 * 1024 / len(token_of(str(uuid4()), {})), -2)
    assert given == {
        "a submission: a body, or an entry of a batch": f"{limits.MAX_BYTES // 1024} KiB",
        "a batch's body": f"{limits.MAX_BATCH_BYTES // 1024**2} MiB",
        "entries in a batch": f"{limits.MAX_ENTRIES:,}",
        "a conversation's record": f"400 KB, some {submissions:,.0f} submissions with UUIDs as event ids",
        "requests a second": "your operator's choice",
        "externalConversationId, eventId and all other texts": f"{limits.MAX_ID} characters",
        "an element of companySegment": f"{limits.MAX_SEGMENT} characters",
        "browserType": f"{limits.MAX_BROWSER_TYPE} characters",
        "browserVersion": f"{limits.MAX_BROWSER_VERSION} characters",
        "objects in attributes": f"{limits.MAX_OBJECTS}",
        "attributes of a submission": f"{limits.MAX_PAIRS}",
        "an attribute's name": f"{limits.MAX_NAME} characters",
        "a text in an attribute's value": f"{limits.MAX_STRING:,} characters",
        "nesting of an attribute's value": f"{limits.MAX_DEPTH}",
        "a number": f"{dynamodb_value._DIGITS} digits, 1E-130 to 9.99E+125",
    }


def test_every_error_that_the_page_names_is_one_of_the_services():
    assert set(re.findall(r"FAIL_[A-Z_]+", TEXT)) == set(FAILURES)
    # 400-03 is ASAPP's.
    assert set(re.findall(r"\b\d{3}-\d{2}\b", TEXT)) <= {"400-03", *oracle.ERRORS}
