"""Errors: the text of a refusal, however many problems it has."""

from ingest.errors import RefusedError


def test_of_each_field_ten_problems_are_named_and_the_others_hinted_at():
    wrong = [(f"companySegment[{index}]", "must be a string") for index in range(50_000)]
    ten = "; ".join(f"companySegment[{index}]: must be a string" for index in range(10))
    last = "; lobId: must be a string"
    text = f"FAIL_BAD_PARAMS: ERROR: {ten}"
    assert str(RefusedError([*wrong[:10], ("lobId", "must be a string")])) == text + last
    assert (
        str(RefusedError([*wrong, ("lobId", "must be a string")]))
        == f"{text}; companySegment: and more like these{last}"
    )
