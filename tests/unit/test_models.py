"""The submission's fields: each limit at the limit and one over it, and the words for each mistake."""

import re
from decimal import Decimal
from uuid import UUID

import pytest

from ingest.errors import RefusedError
from ingest.models import read_conversation_id, read_event_id, read_submission

ID = {"externalConversationId": "c"}
EMOJI = "🎧"  # one code point, two UTF-16 units, four bytes

TEXTS = ["externalConversationId", "eventId", "lobId", "lobName", "groupId", "groupName", "agentRoutingCode"]
TEXTS += ["campaign", "companySubdivision", "businessRule", "entryType"]
LIMITS = dict.fromkeys(TEXTS, 256) | {"browserType": 64, "browserVersion": 16}
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


@pytest.mark.parametrize("character", ["x", "é", "会", EMOJI, "\0", "e\u0301"])
@pytest.mark.parametrize(("field", "limit"), LIMITS.items())
def test_a_text_is_limited_in_code_points(field, limit, character):
    text = (character * limit)[:limit]
    assert getattr(read_submission(ID | {field: text}), field) == text
    assert refusal_of(**{field: text + "x"}) == f"{field}: must have at most {limit} characters"


@pytest.mark.parametrize(("value", "message"), [*((value, STRING) for value in NO_STRINGS), ("\ud800", SURROGATE)])
@pytest.mark.parametrize("field", LIMITS)
def test_nothing_else_is_turned_into_a_text(field, value, message):
    assert refusal_of(**{field: value}) == f"{field}: {message}"


@pytest.mark.parametrize("field", list(LIMITS)[1:])
@pytest.mark.parametrize("text", ["", " ", " padded ", "null"])
def test_an_optional_text_may_be_anything_and_is_kept_as_it_is(field, text):
    assert getattr(read_submission(ID | {field: text}), field) == text


@pytest.mark.parametrize("text", ["caf\ufffd", "\ufffd" * 256])
@pytest.mark.parametrize("field", LIMITS)
def test_the_replacement_character_is_refused_in_an_id_and_in_no_other_field(field, text):
    if field in {"externalConversationId", "eventId"}:
        assert refusal_of(**{field: text}) == f"{field}: {NOT_UTF8}"
    else:
        assert getattr(read_submission(ID | {field: text[:16]}), field) == text[:16]


@pytest.mark.parametrize("field", OPTIONS)
def test_every_option_is_taken(field):
    for option in OPTIONS[field].split(", "):
        assert getattr(read_submission(ID | {field: option}), field) == option


@pytest.mark.parametrize("value", ["", "ios", " IOS", "FAX", *NO_STRINGS])
@pytest.mark.parametrize("field", OPTIONS)
def test_what_is_no_option_is_answered_with_all_of_them(field, value):
    assert refusal_of(**{field: value}) == f"{field}: must be one of {OPTIONS[field]}"


@pytest.mark.parametrize("segments", [[], [""], ["consumer", "gold"], [EMOJI * 64], ["s"] * 1000])
def test_segments_are_texts_of_at_most_64_characters(segments):
    assert read_submission(ID | {"companySegment": segments}).companySegment == segments


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (["fine", EMOJI * 65], "companySegment[1]: must have at most 64 characters"),
        *((["fine", value], f"companySegment[1]: {STRING}") for value in [*NO_STRINGS, None]),
        *((value, "companySegment: must be an array of strings") for value in ["consumer", 1, True, {}]),
    ],
)
def test_other_segments_are_refused(value, problem):
    assert refusal_of(companySegment=value) == problem


def test_of_many_wrong_segments_the_first_are_named_and_the_others_hinted_at():
    text = refusal_of(companySegment=[1] * 500)
    assert "companySegment[9]: must be a string; companySegment: and more like these" in text
    assert "companySegment[10]" not in text


@pytest.mark.parametrize("text", ["x", " x ", "0", "会話", EMOJI, "a/b?c#d", "\n.\n"])
def test_any_text_names_a_conversation(text):
    assert read_submission({"externalConversationId": text}).externalConversationId == text
    assert read_conversation_id(text) == text


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1, STRING),
        *((text, BLANK) for text in ["", " " * 256, "\t\r\n", "\u00a0\u2003\u3000"]),
        ("x" * 257, "must have at most 256 characters"),
        ("\ufffd", NOT_UTF8),
        ("\ud800", SURROGATE),
    ],
)
def test_what_names_no_conversation_is_refused_in_a_submission_and_by_itself(value, message):
    assert refusal_of(externalConversationId=value) == f"externalConversationId: {message}"
    with pytest.raises(RefusedError, match=f"ERROR: externalConversationId: {re.escape(message)}$"):
        read_conversation_id(value)


def test_a_submission_must_name_its_conversation_and_null_names_none():
    for read in (lambda: read_submission({}), lambda: read_conversation_id(None)):
        with pytest.raises(RefusedError, match=r"ERROR: externalConversationId: is required$"):
            read()
    assert refusal_of(externalConversationId=None) == f"externalConversationId: {STRING}"


@pytest.mark.parametrize("field", OPTIONAL)
def test_null_means_not_given(field):
    assert read_submission(ID | {field: None}) == read_submission(ID)


def test_every_wrong_field_is_named_at_once():
    attributes = ["text", {"name": "notes", "value": "n" * 1025}]
    wrong = dict.fromkeys(LIMITS, 1) | dict.fromkeys(OPTIONS, "FAX") | {"companySegment": "gold"}
    problems = refusal_of(**wrong, attributes=attributes).split("; ")
    named = sorted(problem.partition(":")[0] for problem in problems)
    assert named == sorted([*wrong, "attributes[0]", "attributes[1].value"])


@pytest.mark.parametrize("event_id", ["e", "x" * 256, EMOJI * 256, " padded ", "会話"])
def test_a_usable_event_id_is_kept(event_id):
    assert read_event_id({"eventId": event_id}) == event_id


@pytest.mark.parametrize(
    "data", [{}, *({"eventId": value} for value in [None, "", " \t\n", "x" * 257, "\ufffd", "\ud800", *NO_STRINGS])]
)
def test_without_a_usable_event_id_there_is_a_new_one_each_time(data):
    first, second = UUID(read_event_id(data)), UUID(read_event_id(data))
    assert first.version == second.version == 4
    assert first != second
