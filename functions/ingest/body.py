"""The request's body: decoded, bounded and parsed into the JSON object that it must be."""

import json
from base64 import b64decode
from decimal import Decimal
from typing import Any, NoReturn

from ingest.errors import RefusedError, TooLargeError
from ingest.gateway import member


def read_body(event: object, max_bytes: int) -> dict[str, Any]:
    """Return the JSON object in an API Gateway proxy event's body, its fractions as exact Decimals.

    Raises TooLargeError over the limit, before anything is parsed, and RefusedError for what is not a JSON object.
    """
    text = _text(member(event, "body"), max_bytes, is_base64=member(event, "isBase64Encoded") is True)
    try:
        data = _decode(text)
        if "\\ud" in text or "\\uD" in text:
            # Only an escape can smuggle a lone surrogate past the decoder, and no store could hold it.
            json.dumps(data, ensure_ascii=False, default=str).encode()
    except json.JSONDecodeError as error:
        raise _refused(f"must be valid JSON ({error.msg}, line {error.lineno}, column {error.colno})") from error
    except UnicodeEncodeError as error:
        raise _refused("must not contain lone surrogates") from error
    except RecursionError as error:
        raise _refused("must not be nested so deep") from error
    except (ValueError, ArithmeticError) as error:
        raise _refused("must contain only finite numbers of a reasonable length") from error
    if not isinstance(data, dict):
        raise _refused("must be a JSON object")
    return data


def _text(body: object, max_bytes: int, *, is_base64: bool) -> str:
    if not isinstance(body, str) or not body:
        raise _refused("is required, a JSON object")
    # Base64 spends 4 characters on 3 bytes, so this refuses a giant before it is decoded.
    if len(body) > (max_bytes * 4 / 3 + 4 if is_base64 else max_bytes):
        raise TooLargeError
    try:
        content = b64decode(body, validate=True) if is_base64 else body.encode()
        if len(content) > max_bytes:
            raise TooLargeError
        return content.decode()
    except UnicodeError as error:
        raise _refused("must be UTF-8 text") from error
    except ValueError as error:
        raise _refused("must be base64, as its isBase64Encoded says") from error


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError


_decode = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant).decode


def _refused(message: str) -> RefusedError:
    return RefusedError([("body", message)])
