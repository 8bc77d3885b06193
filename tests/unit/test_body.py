"""What a body may be, and what is said of one that can't be read."""

import gzip
import json
from base64 import b64encode
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.body import measure_json, read_body
from ingest.errors import RefusedError, TooLargeError

LIMIT = 10_000
NOT_BASE64 = "must be base64, as its isBase64Encoded says"
NO_CHARSET = "must be UTF-8 text, and its Content-Type says another charset"


def read(event):
    return read_body(event, LIMIT)


def refusal_of(event, limit=LIMIT):
    with pytest.raises(RefusedError) as refused:
        read_body(event, limit)
    return str(refused.value).removeprefix("FAIL_BAD_PARAMS: ERROR: body: ")


def base64_event(content):
    return {"body": b64encode(content).decode(), "isBase64Encoded": True}


def body_of(size):
    """Return a JSON object of so many bytes, most of them in characters of more than one."""
    frame = len('{"a": ""}')
    return '{"a": "' + "é" * ((size - frame) // 2) + "x" * ((size - frame) % 2) + '"}'


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (r'{"text": "naïve 会話 🎧", "list": [true, null]}', {"text": "naïve 会話 🎧", "list": [True, None]}),
        (' \t\r\n{"a": 1}\n', {"a": 1}),
        ('\ufeff {"a": 1}', {"a": 1}),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ('{"a": 0.10000000000000000000001}', {"a": Decimal("0.10000000000000000000001")}),
        ('{"a": 1e999999999}', {"a": Decimal("1e999999999")}),
        (r'{"a": "\ud83c\udfa7\uD83C\uDFA7"}', {"a": "🎧🎧"}),
        (r'{"a": "\ud7ff\\ud800\u0000"}', {"a": "\ud7ff\\ud800\0"}),
    ],
)
def test_a_json_object_is_read_as_text_and_as_base64(body, content):
    assert read({"body": body, "isBase64Encoded": False}) == content
    assert read(base64_event(body.encode())) == content


@pytest.mark.parametrize(
    "event", [{}, *({"body": body} for body in [None, "", {}, {"externalConversationId": "c"}, 1, b"{}"])]
)
def test_a_body_that_is_missing_is_asked_for(event):
    assert refusal_of(event) == "is empty: a JSON object is required"


@pytest.mark.parametrize("body", ["[]", '[{"a": 1}]', "null", "true", "1", "1.5", '"text"', '"{}"'])
def test_json_that_is_no_object_is_refused(body):
    assert refusal_of({"body": body}) == "must be a JSON object"


@pytest.mark.parametrize(
    "body", [" ", "{", "{}{}", "{'a': 1}", '{"a": 1,}', '{"a": "line\nbreak"}', '\ufeff\ufeff{"a": 1}', "<a>1</a>"]
)
def test_malformed_json_is_refused(body):
    assert refusal_of({"body": body}).startswith("must be valid JSON (")


def test_the_place_of_the_mistake_is_told():
    message = refusal_of({"body": '{\n  "a": 1,\n  "b": ?\n}'})
    assert message == "must be valid JSON (Expecting value, line 3, column 8)"


@given(st.text())
def test_any_text_is_read_or_refused(body):
    with suppress(RefusedError):
        assert isinstance(read({"body": body}), dict)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e" + "9" * 30, "1e-" + "9" * 30])
@pytest.mark.parametrize("body", ['{{"a": {}}}', '{{"a": [{{"b": {}}}]}}'])
def test_a_number_that_nothing_can_hold_is_refused_when_it_is_measured(body, number):
    with pytest.raises(RefusedError, match=r"body: must contain only finite numbers$"):
        measure_json(read({"body": body.format(number)}))


@pytest.mark.parametrize(
    "text",
    ["{}", '{"a":[1,-2.50,1E+10,true,null]}', '{"é":"会話 📱","b":{"c":"\\\\"}}', '{"a":' + "9" * 5000 + "}"],
)
def test_an_object_is_measured_as_it_stands_in_a_compact_body(text):
    assert measure_json(read({"body": text})) == len(text.encode())


@pytest.mark.parametrize("surrogate", [r"\ud800", r"\udc00\ud800", r"\ud83c x", r"\ud83c\u0041", r"\\\ud800"])
@pytest.mark.parametrize("body", ['{{"a": "{}"}}', '{{"{}": 1}}', '{{"a": [{{"b": "{}"}}, 0.5]}}'])
def test_a_lone_surrogate_is_refused_wherever_it_stands(body, surrogate):
    with pytest.raises(RefusedError, match=r"body: must not contain lone surrogates$"):
        measure_json(read({"body": body.format(surrogate)}))


@pytest.mark.parametrize(
    "event", [{"body": '{"a": "\ud800"}'}, *map(base64_event, [b"\xff", b'{"a": "\xe9"}', b'{"a": "\xed\xa0\x80"}'])]
)
def test_what_is_not_utf_8_is_refused(event):
    assert refusal_of(event) == "must be UTF-8 text"


@pytest.mark.parametrize("body", ['{"a": 1}', "e30", "e30==", "e3\n0=", "e30=é", "e-_=", "="])
def test_what_is_not_base64_is_refused_where_the_event_says_it_is(body):
    assert refusal_of({"body": body, "isBase64Encoded": True}) == NOT_BASE64


@pytest.mark.parametrize("nesting", ["[" * 200_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 100_000])
def test_nesting_without_end_is_refused(nesting):
    assert refusal_of({"body": nesting}, len(nesting)) == "must not be nested so deep"


def test_a_body_of_the_limit_is_read():
    body = body_of(LIMIT)
    assert len(body.encode()) == LIMIT
    assert read({"body": body}) == json.loads(body)
    assert read(base64_event(body.encode())) == json.loads(body)


@pytest.mark.parametrize("body", [*(body_of(LIMIT + more) for more in (1, 2, 3, LIMIT)), "[" * (LIMIT + 1)])
def test_a_body_over_the_limit_is_too_large_in_bytes_and_not_even_parsed(body):
    for event in ({"body": body}, base64_event(body.encode()), {"body": "!" * 2 * LIMIT, "isBase64Encoded": True}):
        with pytest.raises(TooLargeError):
            read(event)


@pytest.mark.parametrize("charset", ["utf-8", '"UTF-8"', "utf8", "Utf-8; profile=x"])
@pytest.mark.parametrize("name", ["Content-Type", "content-type"])
def test_a_content_type_may_say_utf_8(name, charset):
    assert read({"body": "{}", "headers": {name: f"application/json; charset={charset}"}}) == {}


@pytest.mark.parametrize("charset", ["ISO-8859-1", '"latin1"', "utf-16", "", "utf-8859"])
def test_a_content_type_that_says_another_charset_is_refused(charset):
    assert refusal_of({"body": "{}", "headers": {"Content-Type": f"text/json;Charset = {charset}"}}) == NO_CHARSET


@pytest.mark.parametrize("headers", [None, [], {}, {"Content-Type": None}, {"content-type": "text/plain"}, {"": "x"}])
def test_without_a_charset_a_body_is_utf_8(headers):
    assert read({"body": "{}", "headers": headers}) == {}


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (gzip.compress(b"{}", mtime=0), "looks like gzip: send it uncompressed"),
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
