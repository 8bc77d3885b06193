"""Errors: the text of a refusal, and what a log may say of it."""

from ingest.errors import RefusedError


def test_a_refusal_lists_its_problems():
    error = RefusedError([("lobId", "must be a string"), ("attributes[3].value", "must be short")])
    assert str(error) == "FAIL_BAD_PARAMS: ERROR: lobId: must be a string; attributes[3].value: must be short"


def test_a_refusal_of_a_huge_body_stays_short_and_names_every_wrong_field():
    segments = [(f"companySegment[{index}]", "must be a string") for index in range(50_000)]
    text = str(RefusedError([*segments, ("lobId", "must be a string")]))
    assert len(text) < 1000
    assert "companySegment[0]: must be a string; " in text
    assert "companySegment: and more like these" in text
    assert text.endswith("; lobId: must be a string")


def test_ten_problems_of_a_field_are_listed_in_full():
    problems = [(f"companySegment[{index}]", "must be a string") for index in range(10)]
    text = str(RefusedError(problems))
    assert text.count("companySegment[") == 10
    assert "more" not in text


def test_a_log_gets_the_names_of_fields_and_nothing_that_a_sender_made_up():
    error = RefusedError(
        [
            ("platform", "must be one of"),
            ("attributes[0].made up: by, the sender", "must be short"),
            ("attributes[1]", "must be an object"),
            ("companySegment[2]", "must be a string"),
        ]
    )
    assert error.fields == ["attributes", "companySegment", "platform"]
