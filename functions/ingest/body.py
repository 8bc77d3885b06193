"""Reads a request's body: checks its size, decodes it and parses it into a JSON object."""

import json
import re
from base64 import b64decode
from decimal import Decimal
from typing import Any

from ingest.errors import RefusedError, TooLargeError
from json_object import Json

# API Gateway decodes a body as UTF-8 and replaces invalid bytes with U+FFFD, so the patterns also match U+FFFD.
_WRONG_FORMATS = {
    "looks like gzip: send it uncompressed": re.compile("\x1f[\x8b\ufffd]"),
    "looks like UTF-16: send it as UTF-8": re.compile("(\ufffd\ufffd)?.?\x00"),
    "looks like a form: send a JSON object": re.compile(r"[\w.%+\[\]-]+=|--"),
}

# "" stands for a charset without a value. ASCII is a part of UTF-8.
_UTF8 = {"", "ascii", "us-ascii", "utf-8", "utf8"}

# A quoted value can contain any character. https://www.rfc-editor.org/rfc/rfc9110#name-parameters
_PARAMETER = re.compile(r"""(?<![^\s;,])([^\s;,="]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;,"]*)""")


def read_body(event: Json, max_bytes: int) -> Json:
    """Return the JSON object in an API Gateway proxy event's body, with numbers as exact Decimals.

    It may contain NaN, Infinity and lone surrogates, which are not JSON: measure_json (models.py) rejects them.
    Raises TooLargeError before parsing if the body exceeds the limit, and RefusedError if it is not a JSON object.
    """
    if not _charsets(event) <= _UTF8:
        raise _refused("must be UTF-8 text, and its Content-Type says another charset")
    text = _decode(event.get("body"), max_bytes, is_base64=event.get("isBase64Encoded", False))
    try:
        data = _parse(text)
    except json.JSONDecodeError as error:
        position = f"{error.msg}, line {error.lineno}, column {error.colno}"
        raise _refused(_wrong_format_advice(text) or f"must be valid JSON ({position})") from error
    except RecursionError as error:
        raise _refused("must not be nested so deep") from error
    if not isinstance(data, dict):
        raise _refused("must be a JSON object")
    return data


def _decode(body: object, max_bytes: int, *, is_base64: bool) -> str:
    if not isinstance(body, str) or not body:
        raise _refused("is empty: a JSON object is required")
    # Base64 encodes 3 bytes as 4 characters, so a body that is far too large is rejected before it is decoded.
    if len(body) > (max_bytes * 4 / 3 + 4 if is_base64 else max_bytes):
        raise TooLargeError
    try:
        content = b64decode(body, validate=True) if is_base64 else body.encode()
    except UnicodeError as error:
        raise _refused("must be UTF-8 text") from error
    except ValueError as error:
        raise _refused("must be base64, as its isBase64Encoded says") from error
    if len(content) > max_bytes:
        raise TooLargeError
    try:
        # "-sig" accepts a byte order mark before the JSON.
        return content.decode("utf-8-sig")
    except UnicodeError as error:
        raise _refused(_wrong_format_advice(content.decode(errors="replace")) or "must be UTF-8 text") from error


def _charsets(event: Json) -> set[str]:
    """Return the charsets that the Content-Type declares. A proxy joins several headers with commas."""
    headers = event.get("headers") or {}
    content_type = ", ".join(value for name, value in headers.items() if name.lower() == "content-type")
    parameters = _PARAMETER.findall(content_type)
    return {value.strip("\"'").lower() for name, value in parameters if name.lower() == "charset"}


def _wrong_format_advice(text: str) -> str | None:
    """Return advice if the body is in a known wrong format, else None."""
    return next((advice for advice, pattern in _WRONG_FORMATS.items() if pattern.match(text)), None)


def _parse_number(text: str) -> Any:
    """Return the exact Decimal, or NaN if its exponent exceeds Decimal's range: measure_json rejects NaN."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return float("nan")


# Integers are Decimals too: int() raises on more than 4,300 digits, which would reject the whole body.
_parse = json.JSONDecoder(parse_float=_parse_number, parse_int=Decimal, parse_constant=float).decode


def _refused(message: str) -> RefusedError:
    return RefusedError([("body", message)])
