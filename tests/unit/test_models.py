"""The submission's fields: each limit at the limit and one over it, and the words for each mistake."""

from decimal import Decimal
from uuid import UUID

import pytest

from ingest.errors import RefusedError
from ingest.models import read_conversation_id, read_event_id, read_submission

ID = {"externalConversationId": "c"}
EMOJI = "🎧"  # one code point, two UTF-16 units, four bytes

LIMITS = {
    "externalConversationId": 256,
    "eventId": 256,
    "lobId": 256,
    "lobName": 256,
    "groupId": 256,
    "groupName": 256,
    "agentRoutingCode": 256,
    "campaign": 256,
    "companySubdivision": 256,
    "businessRule": 256,
    "entryType": 256,
    "browserType": 64,
    "browserVersion": 16,
}
OPTIONS = {
    "deviceType": "TABLET, PHONE, DESKTOP, WATCH, OTHER",
    "platform": "SMS, WEB, IOS, ANDROID, APP, LOCAL, VOICE, VOICE_IOS, VOICE_ANDROID, VOICE_ECHO, VOICE_HOMEPOD, "
    "VOICE_GGLHOME, VOICE_WEB, APPLEBIZ, GOOGLEBIZ, GBM, WAB",
    "operatingSystem": "MAC_OS, LINUX, WINDOWS, ANDROID, IOS, OTHER",
}
OPTIONAL = [*LIMITS, *OPTIONS, "companySegment", "attributes"][1:]

NO_STRINGS = [0, 1, 1.5, Decimal("1.5"), True, False, [], ["text"], {}, {"text": "text"}]


def refusal_of(**fields):
    with pytest.raises(RefusedError) as refused:
        read_submission(ID | fields)
    return str(refused.value).removeprefix("FAIL_BAD_PARAMS: ERROR: ")


@pytest.mark.parametrize("character", ["x", "é", "会", EMOJI, "\0", "'", "e\u0301"])
@pytest.mark.parametrize(("field", "limit"), LIMITS.items())
def test_a_text_is_limited_in_code_points(field, limit, character):
    text = (character * limit)[:limit]
    assert getattr(read_submission(ID | {field: text}), field) == text
    assert refusal_of(**{field: text + "x"}) == f"{field}: must have at most {limit} characters"


@pytest.mark.parametrize("value", NO_STRINGS)
@pytest.mark.parametrize("field", LIMITS)
def test_nothing_is_turned_into_a_text(field, value):
    assert refusal_of(**{field: value}) == f"{field}: must be a string"


@pytest.mark.parametrize("field", LIMITS)
def test_a_lone_surrogate_is_no_text(field):
    assert refusal_of(**{field: "\ud800"}) == f"{field}: must be Unicode text without lone surrogates"


@pytest.mark.parametrize("field", [field for field in LIMITS if field != "externalConversationId"])
@pytest.mark.parametrize("text", ["", " ", " padded ", "null"])
def test_an_optional_text_may_be_anything_and_is_kept_as_it_is(field, text):
    assert getattr(read_submission(ID | {field: text}), field) == text


@pytest.mark.parametrize(("field", "option"), [(field, one) for field in OPTIONS for one in OPTIONS[field].split(", ")])
def test_every_option_is_taken(field, option):
    assert getattr(read_submission(ID | {field: option}), field) == option


@pytest.mark.parametrize("field", OPTIONS)
@pytest.mark.parametrize("value", ["", "ios", "Ios", " IOS", "IOS ", "FAX", "other", *NO_STRINGS])
def test_what_is_no_option_is_answered_with_all_of_them(field, value):
    assert refusal_of(**{field: value}) == f"{field}: must be one of {OPTIONS[field]}"


@pytest.mark.parametrize("segments", [[], [""], ["consumer", "gold"], ["x" * 64], [EMOJI * 64], ["s"] * 1000])
def test_segments_are_texts_of_at_most_64_characters(segments):
    assert read_submission(ID | {"companySegment": segments}).companySegment == segments


@pytest.mark.parametrize("text", ["x" * 65, EMOJI * 65])
def test_a_longer_segment_is_refused(text):
    assert refusal_of(companySegment=["fine", text]) == "companySegment[1]: must have at most 64 characters"


def test_of_many_wrong_segments_the_first_are_named_and_the_others_hinted_at():
    text = refusal_of(companySegment=[1] * 500)
    assert "companySegment[9]: must be a string; companySegment: and more like these" in text
    assert "companySegment[10]" not in text


@pytest.mark.parametrize("value", [*NO_STRINGS, None])
def test_a_segment_that_is_no_text_is_refused(value):
    assert refusal_of(companySegment=["fine", value]) == "companySegment[1]: must be a string"


@pytest.mark.parametrize("value", ["consumer", 1, True, {}, {"0": "consumer"}])
def test_segments_that_are_no_array_are_refused(value):
    assert refusal_of(companySegment=value) == "companySegment: must be an array of strings"


def test_a_submission_must_name_its_conversation():
    with pytest.raises(RefusedError, match=r"ERROR: externalConversationId: is required$"):
        read_submission({})


def test_null_is_no_conversation():
    assert refusal_of(externalConversationId=None) == "externalConversationId: must be a string"


@pytest.mark.parametrize("text", ["", " ", " " * 256, "\t\r\n", "\u00a0\u2003\u3000"])
def test_white_space_alone_names_no_conversation(text):
    message = "externalConversationId: must have a character that is not white space"
    assert refusal_of(externalConversationId=text) == message


@pytest.mark.parametrize("field", ["externalConversationId", "eventId"])
@pytest.mark.parametrize("text", ["caf\ufffd", "\ufffd", "\ufffd" * 256])
def test_the_replacement_character_is_refused_in_an_id(field, text):
    message = "must be UTF-8 text, and holds U+FFFD, which stands where bytes were not UTF-8"
    assert refusal_of(**{field: text}) == f"{field}: {message}"


@pytest.mark.parametrize("field", set(LIMITS) - {"externalConversationId", "eventId"})
def test_the_replacement_character_is_a_character_like_any_other_in_other_fields(field):
    assert getattr(read_submission(ID | {field: "caf\ufffd"}), field) == "caf\ufffd"


@pytest.mark.parametrize("value", [None, 1, ["text"], "", " ", "x" * 257, "\ufffd"])
def test_a_conversation_id_alone_is_refused_for_what_refuses_it_in_a_submission(value):
    with pytest.raises(RefusedError) as refused:
        read_conversation_id(value)
    message = str(refused.value).removeprefix("FAIL_BAD_PARAMS: ERROR: ")
    assert message == (
        refusal_of(externalConversationId=value) if value is not None else "externalConversationId: is required"
    )


@pytest.mark.parametrize("text", ["x", " x ", "0", "会話", EMOJI, "a/b?c#d", "\n.\n", "مح"])
def test_any_other_text_names_a_conversation(text):
    assert read_submission({"externalConversationId": text}).externalConversationId == text


@pytest.mark.parametrize("field", OPTIONAL)
def test_null_means_not_given(field):
    assert read_submission(ID | {field: None}) == read_submission(ID)


def test_attributes_are_read_into_one_map():
    submission = read_submission(ID | {"attributes": [{"name": "tier", "value": "gold"}, {"vip": True}]})
    assert submission.attributes.values == {"tier": {"S": "gold"}, "vip": {"BOOL": True}}


def test_mistakes_in_attributes_are_named_by_their_paths():
    wrong = [{"name": "tier", "value": "gold"}, "text", {"name": "notes", "value": "n" * 1025}]
    messages = set(refusal_of(attributes=wrong).split("; "))
    assert messages == {
        "attributes[1]: must be an object",
        "attributes[2].value: must have at most 1024 characters in a string",
    }


def test_every_wrong_field_is_named_at_once():
    wrong = dict.fromkeys(LIMITS, 1) | dict.fromkeys(OPTIONS, "FAX") | {"companySegment": "gold", "attributes": "gold"}
    problems = refusal_of(**wrong).split("; ")
    assert sorted(problem.partition(":")[0] for problem in problems) == sorted(wrong)


def test_unknown_fields_are_no_part_of_the_submission():
    assert read_submission(ID | {"lobid": "l", "model_config": {}, "self": 1}) == read_submission(ID)


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
