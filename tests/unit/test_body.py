"""What a body may be, and what is said of one that can't be read."""

import gzip
import json
from base64 import b64encode
from decimal import Decimal

import pytest

from ingest.body import measure_json, read_body
from ingest.errors import RefusedError, TooLargeError

LIMIT = 10_000


def read(event, limit=LIMIT):
    return read_body(event, limit)


def refusal_of(event, limit=LIMIT):
    with pytest.raises(RefusedError) as refused:
        read(event, limit)
    return str(refused.value).removeprefix("FAIL_BAD_PARAMS: ERROR: body: ")


def base64_event(content):
    return {"body": b64encode(content).decode(), "isBase64Encoded": True}


def body_of(size):
    """Return a JSON object of so many bytes, most of them in characters of more than one."""
    frame = len('{"a": ""}')
    return '{"a": "' + "é" * ((size - frame) // 2) + "x" * ((size - frame) % 2) + '"}'


def test_a_json_object_is_returned_as_it_is():
    content = {"text": "naïve 会話 🎧", "list": [1, True, None], "object": {"": {}}}
    assert read({"body": json.dumps(content)}) == content


def test_a_body_may_be_written_without_escapes():
    assert read({"body": '{"a": "会話 🎧"}'}) == {"a": "会話 🎧"}


def test_a_base64_body_is_decoded_first():
    assert read(base64_event('{"a": "会話 🎧"}'.encode())) == {"a": "会話 🎧"}


def test_a_body_is_base64_only_if_the_event_says_so():
    assert read({"body": '{"a": 1}', "isBase64Encoded": False}) == {"a": 1}


def test_white_space_around_the_object_is_no_matter():
    assert read({"body": ' \t\r\n{"a": 1}\n'}) == {"a": 1}


def test_fractions_keep_every_digit():
    digits = "0.10000000000000000000001"
    assert read({"body": f'{{"a": {digits}}}'})["a"] == Decimal(digits)


def test_the_last_of_a_repeated_name_counts():
    assert read({"body": '{"a": 1, "a": 2}'}) == {"a": 2}


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        (r"\ud83c\udfa7", "🎧"),
        (r"\uD83C\uDFA7", "🎧"),
        (r"\ud7ff", "\ud7ff"),
        (r"\\ud800", r"\ud800"),
        (r"\u0000", "\0"),
    ],
)
def test_escapes_that_stand_for_text_are_read(escaped, text):
    assert read({"body": f'{{"a": "{escaped}"}}'}) == {"a": text}


@pytest.mark.parametrize("body", [None, "", {}, {"externalConversationId": "c"}, 1, b"{}"])
def test_a_body_that_is_missing_is_asked_for(body):
    assert refusal_of({"body": body}) == "is empty: a JSON object is required"


def test_an_event_without_a_body_is_asked_for_one():
    assert refusal_of({}) == "is empty: a JSON object is required"


@pytest.mark.parametrize("body", ["[]", '[{"a": 1}]', "null", "true", "1", "1.5", '"text"', '"{}"'])
def test_json_that_is_no_object_is_refused(body):
    assert refusal_of({"body": body}) == "must be a JSON object"


@pytest.mark.parametrize(
    "body",
    [
        " ",
        "{",
        "}",
        "{}{}",
        "{} x",
        "{'a': 1}",
        "{a: 1}",
        '{"a"}',
        '{"a":}',
        '{"a": 1,}',
        '{"a": 1 "b": 2}',
        '{"a": [1, 2}',
        '{"a": "unended}',
        '{"a": "line\nbreak"}',
        '{"a": "tab\tinside"}',
        '{"a": "nul\0inside"}',
        '\ufeff\ufeff{"a": 1}',
        '{"a=1": 2',
        r'{"a": "\x41"}',
        r'{"a": "\u12"}',
        '{"a": 01}',
        '{"a": +1}',
        '{"a": .5}',
        '{"a": 1.}',
        '{"a": 0x10}',
        '{"a": True}',
        '{"a": undefined}',
        '{"a": 1} // comment',
        "<a>1</a>",
    ],
)
def test_malformed_json_is_refused_with_the_place(body):
    message = refusal_of({"body": body})
    assert message.startswith("must be valid JSON (")
    assert "line 1, column " in message or "line 2, column " in message


def test_the_place_of_the_mistake_is_right():
    message = refusal_of({"body": '{\n  "a": 1,\n  "b": ?\n}'})
    assert message == "must be valid JSON (Expecting value, line 3, column 8)"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e" + "9" * 30, "1e-" + "9" * 30])
@pytest.mark.parametrize("body", ['{{"a": {}}}', '{{"a": [{{"b": {}}}]}}'])
def test_a_number_that_nothing_can_hold_is_refused_when_it_is_measured(body, number):
    with pytest.raises(RefusedError, match=r"body: must contain only finite numbers$"):
        measure_json(read({"body": body.format(number)}))


def test_a_number_of_any_length_is_read():
    digits = "9" * 5000
    data = read({"body": f'{{"a": {digits}}}'})
    assert str(data["a"]) == digits
    assert measure_json(data) == 5000 + len('{"a":}')


@pytest.mark.parametrize("text", ["{}", '{"a":[1,-2.50,1E+10,true,null]}', '{"é":"会話 📱","b":{"c":"\\\\"}}'])
def test_an_object_is_measured_as_it_stands_in_a_compact_body(text):
    assert measure_json(read({"body": text})) == len(text.encode())


@pytest.mark.parametrize("number", ["1e999999999", "-1e999999999", "1e-999999999"])
def test_a_number_out_of_all_proportion_is_read_without_being_written_out(number):
    assert read({"body": f'{{"a": {number}}}'}) == {"a": Decimal(number)}


@pytest.mark.parametrize(
    "surrogate", [r"\ud800", r"\uDFFF", r"\udc00\ud800", r"\ud83c x", r"\ud83c\u0041", r"\\\ud800"]
)
@pytest.mark.parametrize("body", ['{{"a": "{}"}}', '{{"{}": 1}}', '{{"a": [{{"b": "{}"}}, 0.5]}}'])
def test_a_lone_surrogate_is_refused_wherever_it_stands(body, surrogate):
    with pytest.raises(RefusedError, match=r"body: must not contain lone surrogates$"):
        measure_json(read({"body": body.format(surrogate)}))


def test_a_lone_surrogate_in_the_event_itself_is_refused():
    assert refusal_of({"body": '{"a": "\ud800"}'}) == "must be UTF-8 text"


@pytest.mark.parametrize("content", [b"\xff", b'{"a": "\xe9"}', b'{"a": "\xed\xa0\x80"}'])
def test_base64_of_what_is_not_utf_8_is_refused(content):
    assert refusal_of(base64_event(content)) == "must be UTF-8 text"


@pytest.mark.parametrize("body", ['{"a": 1}', "e30", "e30==", "e3\n0=", "e30=é", "e-_=", "="])
def test_what_is_not_base64_is_refused_where_the_event_says_it_is(body):
    assert refusal_of({"body": body, "isBase64Encoded": True}) == "must be base64, as its isBase64Encoded says"


@pytest.mark.parametrize("nesting", ["[" * 200_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 100_000])
def test_nesting_without_end_is_refused(nesting):
    assert refusal_of({"body": nesting}, len(nesting)) == "must not be nested so deep"


def test_a_body_of_the_limit_is_read():
    body = body_of(LIMIT)
    assert len(body.encode()) == LIMIT
    assert read({"body": body}) == json.loads(body)
    assert read(base64_event(body.encode())) == json.loads(body)


@pytest.mark.parametrize("size", [LIMIT + 1, LIMIT + 2, LIMIT + 3, 2 * LIMIT])
def test_a_body_over_the_limit_is_too_large_in_bytes_not_in_characters(size):
    body = body_of(size)
    assert len(body.encode()) == size
    with pytest.raises(TooLargeError):
        read({"body": body})
    with pytest.raises(TooLargeError):
        read(base64_event(body.encode()))


@pytest.mark.parametrize("event", [{"body": "[" * (LIMIT + 1)}, {"body": "!" * 2 * LIMIT, "isBase64Encoded": True}])
def test_a_body_over_the_limit_is_not_even_parsed(event):
    with pytest.raises(TooLargeError):
        read(event)


@pytest.mark.parametrize("body", ['{"a": 1}', ' {"a": 1}'])
def test_a_byte_order_mark_before_the_object_is_no_fault(body):
    assert read({"body": f"\ufeff{body}"}) == {"a": 1}
    assert read(base64_event(b"\xef\xbb\xbf" + body.encode())) == {"a": 1}


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8", "Utf-8; profile=x"])
@pytest.mark.parametrize("name", ["Content-Type", "content-type"])
def test_a_content_type_may_say_utf_8(name, charset):
    assert read({"body": "{}", "headers": {name: f"application/json; charset={charset}"}}) == {}


@pytest.mark.parametrize("charset", ["ISO-8859-1", "windows-1252", '"latin1"', "utf-16", "", "utf-8859"])
def test_a_content_type_that_says_another_charset_is_refused(charset):
    event = {"body": "{}", "headers": {"Content-Type": f"application/json;Charset = {charset}"}}
    assert refusal_of(event) == "must be UTF-8 text, and its Content-Type says another charset"


@pytest.mark.parametrize("headers", [None, [], {}, {"Content-Type": None}, {"content-type": "text/plain"}, {"": "x"}])
def test_without_a_charset_a_body_is_utf_8(headers):
    assert read({"body": "{}", "headers": headers}) == {}


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (gzip.compress(b"{}"), "looks like gzip: send it uncompressed"),
        ('{"a": 1}'.encode("utf-16"), "looks like UTF-16: send it as UTF-8"),
        ('{"a": 1}'.encode("utf-16-le"), "looks like UTF-16: send it as UTF-8"),
        ('{"a": 1}'.encode("utf-16-be"), "looks like UTF-16: send it as UTF-8"),
        (b"externalConversationId=c&lobId=1", "looks like a form: send a JSON object"),
        (b"attributes%5B0%5D=c", "looks like a form: send a JSON object"),
        (b"--boundary\r\nContent-Disposition: form-data", "looks like a form: send a JSON object"),
    ],
)
def test_a_body_of_another_kind_is_named(content, advice):
    # API Gateway decodes a body as UTF-8, with U+FFFD for what is not.
    assert refusal_of({"body": content.decode(errors="replace")}) == advice
    assert refusal_of(base64_event(content)) == advice
