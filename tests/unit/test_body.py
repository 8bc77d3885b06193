"""Reading a body, and the reasons for refusing one."""

import gzip
import json
from base64 import b64encode
from contextlib import suppress
from decimal import Decimal

import pytest

from ingest.body import read_body
from ingest.errors import RefusedError, TooLargeError
from ingest.models import measure_json

LIMIT = 300_000


def refusal_of(event):
    with pytest.raises(RefusedError) as refused:
        read_body(event, LIMIT)
    return str(refused.value).removeprefix("FAIL_BAD_PARAMS: ERROR: body: ")


def bodies(*given):
    return [{"body": body} for body in given]


def base64_event(content):
    return {"body": b64encode(content).decode(), "isBase64Encoded": True}


def as_sent(*contents):
    # API Gateway decodes a body as UTF-8 and replaces invalid bytes with U+FFFD.
    return [*bodies(*(content.decode(errors="replace") for content in contents)), *map(base64_event, contents)]


def body_of(size):
    """Return a JSON object of this size in bytes, mostly of characters with two bytes."""
    frame = len('{"a": ""}')
    return '{"a": "' + "é" * ((size - frame) // 2) + "x" * ((size - frame) % 2) + '"}'


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (r'{"text": "naïve 会話 🎧", "list": [true, null]}', {"text": "naïve 会話 🎧", "list": [True, None]}),
        ('\ufeff {"a": 1}', {"a": 1}),
        ('{"a": 0.10000000000000000000001}', {"a": Decimal("0.10000000000000000000001")}),
        ('{"a": 1e999999999}', {"a": Decimal("1e999999999")}),
        (r'{"a": "\ud83c\udfa7\uD83C\uDFA7"}', {"a": "🎧🎧"}),
        (r'{"a": "\ud7ff\\ud800\u0000"}', {"a": "\ud7ff\\ud800\0"}),
        pytest.param(body_of(LIMIT), json.loads(body_of(LIMIT)), id="as large as it may be"),
    ],
)
def test_json_object_is_read_as_text_and_as_base64(body, content):
    assert read_body({"body": body, "isBase64Encoded": False}, LIMIT) == content
    assert read_body(base64_event(body.encode()), LIMIT) == content


def test_body_over_the_limit_is_too_large_before_it_is_parsed():
    for body in (*(body_of(LIMIT + more) for more in (1, 2, 3, LIMIT)), "[" * (LIMIT + 1)):
        for event in ({"body": body}, base64_event(body.encode()), {"body": "!" * 2 * LIMIT, "isBase64Encoded": True}):
            with pytest.raises(TooLargeError):
                read_body(event, LIMIT)


REFUSED = {
    "is empty: a JSON object is required": [{}, *bodies(None, "", {}, {"externalConversationId": "c"}, 1, b"{}")],
    "must be a JSON object": bodies("[]", '[{"a": 1}]', "null", "true", "1", "1.5", '"text"', '"{}"'),
    "must be valid JSON (Expecting value, line 3, column 8)": bodies('{\n  "a": 1,\n  "b": ?\n}'),
    "must not be nested so deep": bodies("[" * 200_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 50_000),
    "must be UTF-8 text": [
        *bodies('{"a": "\ud800"}'),
        *map(base64_event, [b"\xff", b'{"a": "\xe9"}', b'{"a": "\xed\xa0\x80"}']),
    ],
    "must be UTF-8 text, and its Content-Type says another charset": [
        {"body": "{}", "headers": {"Content-Type": f"text/json;Charset = {charset}"}}
        for charset in ("ISO-8859-1", '"latin1"', "utf-16", "utf-8859", "utf-8, text/json; charset=latin1", '"x\\"y"')
    ],
    "must be base64, as its isBase64Encoded says": [
        event | {"isBase64Encoded": True}
        for event in bodies('{"a": 1}', "e30", "e30==", "e3\n0=", "e30=é", "e-_=", "=")
    ],
    "looks like gzip: send it uncompressed": as_sent(gzip.compress(b"{}", mtime=0)),
    "looks like UTF-16: send it as UTF-8": as_sent(*map('{"a": 1}'.encode, ("utf-16", "utf-16-le", "utf-16-be"))),
    "looks like a form: send a JSON object": as_sent(
        b"externalConversationId=c&lobId=1", b"attributes%5B0%5D=c", b"--boundary\r\nContent-Disposition: form-data"
    ),
}


@pytest.mark.parametrize(("reason", "events"), REFUSED.items())
def test_unreadable_body_is_refused_with_the_reason(reason, events):
    for event in events:
        assert refusal_of(event) == reason


def test_nesting_too_deep_for_the_encoder_only_is_refused():
    """The parser's limit differs between versions of Python. Just below it, the encoder fails first."""
    for depth in (*range(900, 1_001), *range(9_950, 10_001)):
        with suppress(RefusedError):
            assert measure_json(read_body({"body": '{"a":' * depth + "1" + "}" * depth}, LIMIT)) > depth


@pytest.mark.parametrize(
    "text",
    ["{}", '{"a":[1,-2.50,1e10,1e-6,0.1,true,null]}', '{"é":"会話 📱","b":{"c":"\\\\"}}', '{"a":' + "9" * 5000 + "}"],
)
def test_object_is_measured_as_its_shortest_json(text):
    assert measure_json(read_body({"body": text}, LIMIT)) == len(text.encode())


@pytest.mark.parametrize(
    "number", ["1E+10", "1e+010", "0.00001", "0.000", "-0.0e0", "100e0", "1.0E-7", "0E5", "12.5e3"]
)
def test_number_never_counts_more_bytes_than_were_sent(number):
    assert 0 < measure_json(read_body({"body": f'{{"":{number}}}'}, LIMIT)) - len('{"":}') <= len(number)


@pytest.mark.parametrize(
    ("reason", "values"),
    [
        ("must contain only finite numbers", ["NaN", "Infinity", "-Infinity", "1e" + "9" * 30, "1e-" + "9" * 30]),
        (
            "must not contain lone surrogates",
            [r'"\ud800"', r'"\udc00\ud800"', r'"\ud83c x"', r'"\ud83c\u0041"', r'"\\\ud800"', r'{"\ud800": 1}'],
        ),
    ],
)
@pytest.mark.parametrize("body", ['{{"a": {}}}', '{{"a": [{{"b": {}}}, 0.5]}}'])
def test_values_that_are_not_json_are_refused(body, reason, values):
    for value in values:
        with pytest.raises(RefusedError, match=f"body: {reason}$"):
            measure_json(read_body({"body": body.format(value)}, LIMIT))


@pytest.mark.parametrize(
    "headers",
    [
        *(None, {}, {"content-type": "text/plain"}, {"Content-Type": ""}, {"": "x"}),
        *(
            {"content-type": f"application/json; charset={charset}"}
            for charset in ("utf-8", '"UTF-8"', "utf8", "", '""', "US-ASCII", "Utf-8; profile=x")
        ),
        # Two headers, joined by a proxy.
        {"Content-Type": "application/json; charset=utf-8, application/json"},
        {"Content-Type": "application/json", "content-type": "text/json; charset=utf-8"},
        # Parameters of other names.
        {"Content-Type": 'application/json; profile="a; charset=latin1, charset=x \\" charset=y"'},
        {"Content-Type": "application/json; note=charset=latin1; x-charset=latin1"},
    ],
)
def test_content_type_without_another_charset_is_accepted(headers):
    assert read_body({"body": "{}", "headers": headers}, LIMIT) == {}
