"""The fields of a submission: each limit, one over it, and the message for each problem."""

from decimal import Decimal
from uuid import UUID

import pytest

from ingest.errors import RefusedError
from ingest.models import count_values, read_event_id, read_submission

ID = {"externalConversationId": "c"}
EMOJI = "🎧"  # one code point, two UTF-16 units, four bytes

IDS = ["externalConversationId", "eventId"]
TEXTS = ["lobId", "lobName", "groupId", "groupName", "agentRoutingCode", "campaign", "companySubdivision"]
TEXTS += ["businessRule", "entryType"]
LIMITS = dict.fromkeys(IDS + TEXTS, 256) | {"browserType": 64, "browserVersion": 16}
OPTIONS = {
    "deviceType": "TABLET, PHONE, DESKTOP, WATCH, OTHER",
    "platform": "SMS, WEB, IOS, ANDROID, APP, LOCAL, VOICE, VOICE_IOS, VOICE_ANDROID, VOICE_ECHO, VOICE_HOMEPOD, "
    "VOICE_GGLHOME, VOICE_WEB, APPLEBIZ, GOOGLEBIZ, GBM, WAB",
    "operatingSystem": "MAC_OS, LINUX, WINDOWS, ANDROID, IOS, OTHER",
}
OPTIONAL = [*LIMITS, *OPTIONS, "companySegment", "attributes"][1:]

NO_STRINGS = [0, 1.5, Decimal("1.5"), True, [], ["text"], {}, {"text": "text"}]
STRING = "must be a string"
BLANK = "must have a character that is not white space"
SURROGATE = "must be Unicode text without lone surrogates"
NOT_UTF8 = "must be UTF-8 text, and holds U+FFFD, which stands where bytes were not UTF-8"


def refusal_of(**fields):
    with pytest.raises(RefusedError) as refused:
        read_submission(ID | fields)
    return str(refused.value).removeprefix("FAIL_BAD_PARAMS: ERROR: ")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((field, (each * limit)[:limit]) for field, limit in LIMITS.items() for each in ("x", EMOJI, "\0", "e\u0301")),
        *((field, text) for field in list(LIMITS)[1:] for text in ("", " ", " padded ", "null")),
        *(("externalConversationId", text) for text in (" x ", "a/b?c#d", "\n.\n")),
        *((field, "caf\ufffd") for field in list(LIMITS)[2:]),
        *((field, option) for field, options in OPTIONS.items() for option in options.split(", ")),
        *(("companySegment", value) for value in ([], [""], ["consumer", "gold"], [EMOJI * 64], ["s"] * 1000)),
    ],
)
def test_values_within_the_limits_are_unchanged(field, value):
    assert getattr(read_submission(ID | {field: value}), field) == value


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        *((field, EMOJI * (limit + 1), f"must have at most {limit} characters") for field, limit in LIMITS.items()),
        *((field, value, STRING) for field in LIMITS for value in NO_STRINGS),
        *((field, "\ud800", SURROGATE) for field in LIMITS),
        *((IDS[0], text, BLANK) for text in ["", " " * 256, "\t\r\n", "\u00a0\u2003\u3000"]),
        *((field, text, NOT_UTF8) for field in IDS for text in ("caf\ufffd", "\ufffd" * 256)),
        *(
            (field, value, f"must be one of {options}")
            for field, options in OPTIONS.items()
            for value in ["", "ios", " IOS", "FAX", *NO_STRINGS]
        ),
        *(("companySegment", value, "must be an array of strings") for value in ("consumer", 1, True, {})),
    ],
)
def test_values_outside_the_limits_are_refused_with_the_rule(field, value, problem):
    assert refusal_of(**{field: value}) == f"{field}: {problem}"


@pytest.mark.parametrize("segment", [EMOJI * 65, *NO_STRINGS, None])
def test_wrong_segment_is_named_by_its_index(segment):
    problem = "must have at most 64 characters" if isinstance(segment, str) else STRING
    assert refusal_of(companySegment=["fine", segment]) == f"companySegment[1]: {problem}"


def test_only_the_first_wrong_segment_is_named():
    assert refusal_of(companySegment=[1] * 9_000, lobId=1) == f"lobId: {STRING}; companySegment[0]: {STRING}"


def values_in_attributes(count):
    """Return attributes with this number of JSON values: the array, an object, its member, and its elements."""
    return [{"a": [[None]] * ((count - 3) // 2) + [0] * ((count - 3) % 2)}]


@pytest.mark.parametrize(
    ("fields", "most"),
    [
        ({"companySegment": ["s"] * 9_997}, "companySegment"),
        ({"lobId": [0] * 9_997}, "lobId"),
        ({"attributes": values_in_attributes(9_998)}, "attributes"),
        ({"attributes": [{str(index): [] for index in range(9_996)}]}, "attributes"),
        ({"companySegment": ["s"] * 4_000, "attributes": values_in_attributes(5_997)}, "attributes"),
    ],
)
def test_submission_has_at_most_10_000_values(fields, most):
    # The id of the conversation is one value, and null is one. Fields that are not stored do not count.
    allowed = ID | fields | {"lobName": None, "zone": [0] * 20_000}
    assert count_values(allowed) == 10_000
    with pytest.raises(RefusedError, match=f"ERROR: {most}: must hold fewer values: a submission has at most 10,000 "):
        count_values(allowed | {"eventId": None})


def test_conversation_id_is_required_and_not_null():
    with pytest.raises(RefusedError, match=r"ERROR: externalConversationId: is required$"):
        read_submission({})
    assert refusal_of(externalConversationId=None) == f"externalConversationId: {STRING}"


@pytest.mark.parametrize("field", OPTIONAL)
def test_null_means_not_given(field):
    assert read_submission(ID | {field: None}) == read_submission(ID)


@pytest.mark.parametrize("event_id", ["e", "x" * 256, EMOJI * 256, " padded ", "会\n話"])
def test_valid_event_id_is_returned(event_id):
    assert read_event_id({"eventId": event_id}) == event_id


@pytest.mark.parametrize(
    "data", [{}, *({"eventId": value} for value in [None, "", " \t\n", "x" * 257, "\ufffd", "\ud800", *NO_STRINGS])]
)
def test_invalid_event_id_is_replaced_by_a_new_one(data):
    first, second = UUID(read_event_id(data)), UUID(read_event_id(data))
    assert first.version == second.version == 4
    assert first != second
