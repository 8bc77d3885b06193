"""The request's body: decoded, bounded and parsed into the JSON object that it must be."""

import json
import re
from base64 import b64decode
from decimal import Decimal
from typing import Any

from ingest.errors import RefusedError, TooLargeError
from ingest.gateway import Json, get_or_none

# API Gateway decodes a body as UTF-8 and puts U+FFFD for every byte that is not. So these match text as well.
_LOOKS_LIKE = {
    "looks like gzip: send it uncompressed": re.compile("\x1f[\x8b\ufffd]"),
    "looks like UTF-16: send it as UTF-8": re.compile("(\ufffd\ufffd)?.?\x00"),
    "looks like a form: send a JSON object": re.compile(r"[\w.%+\[\]-]+=|--"),
}


def read_body(event: object, max_bytes: int) -> Json:
    """Return the JSON object in an API Gateway proxy event's body, its numbers as exact Decimals.

    NaN and Infinity, which are no JSON, and lone surrogates are still in it: measure_json refuses them.
    Raises TooLargeError over the limit, before anything is parsed, and RefusedError for what is not a JSON object.
    """
    charset = re.search(r"charset\s*=\s*[\"']?([^\s;\"']*)", _header(event, "content-type"), re.IGNORECASE)
    if charset and charset[1].lower() not in {"utf-8", "utf8"}:
        raise _refused("must be UTF-8 text, and its Content-Type says another charset")
    text = _text(get_or_none(event, "body"), max_bytes, is_base64=get_or_none(event, "isBase64Encoded") is True)
    try:
        data = _decode(text)
    except json.JSONDecodeError as error:
        position = f"{error.msg}, line {error.lineno}, column {error.colno}"
        raise _refused(_likeness(text) or f"must be valid JSON ({position})") from error
    except RecursionError as error:
        raise _refused("must not be nested so deep") from error
    if not isinstance(data, dict):
        raise _refused("must be a JSON object")
    return data


def measure_json(data: Json) -> int:
    """Return the size of a parsed JSON object in UTF-8 bytes. Raises RefusedError for what JSON can't hold."""
    numbers = 0

    def write_number(number: Decimal) -> str:
        nonlocal numbers
        numbers += 1
        return str(number)

    try:
        text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=write_number)
        # The encoder puts what `default` gives it into quotation marks.
        return len(text.encode()) - 2 * numbers
    except UnicodeEncodeError as error:
        raise _refused("must not contain lone surrogates") from error
    except RecursionError as error:
        raise _refused("must not be nested so deep") from error
    except ValueError as error:
        raise _refused("must contain only finite numbers") from error


def _text(body: object, max_bytes: int, *, is_base64: bool) -> str:
    if not isinstance(body, str) or not body:
        raise _refused("is empty: a JSON object is required")
    # Base64 spends 4 characters on 3 bytes, so this refuses a giant before it is decoded.
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
        # "-sig": a byte order mark before the JSON is no fault.
        return content.decode("utf-8-sig")
    except UnicodeError as error:
        raise _refused(_likeness(content.decode(errors="replace")) or "must be UTF-8 text") from error


def _header(event: object, name: str) -> str:
    headers = get_or_none(event, "headers")
    values = [value for key, value in headers.items() if key.lower() == name] if isinstance(headers, dict) else []
    return values[0] if values and isinstance(values[0], str) else ""


def _likeness(text: str) -> str | None:
    """Return the advice for a body of another kind, where it is one."""
    return next((advice for advice, pattern in _LOOKS_LIKE.items() if pattern.match(text)), None)


def _number(text: str) -> Any:
    """Return a fraction as it is written. An exponent beyond Decimal's is as unusable as NaN, and becomes that."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return float("nan")


# Decimal for integers too: Python's int refuses more than 4,300 digits, and with them the whole body.
_decode = json.JSONDecoder(parse_float=_number, parse_int=Decimal, parse_constant=float).decode


def _refused(message: str) -> RefusedError:
    return RefusedError([("body", message)])
