"""Hypothesis's strategy for hostile requests, and some usual ones, as API Gateway's events."""

import base64
import json
from typing import Any

from hypothesis import strategies as st

from tools.contract import CANARY

_ODD = st.sampled_from(["", " ", "odd", "\0", "é\n", "\ufffd", "\U0001f600", "x" * 257])
_VALUE = json.dumps(CANARY)

# JSON as text, because no serializer writes repeated names, NaN, lone surrogates or endless numbers.
_ATOM = st.sampled_from([
    _VALUE, _VALUE, _VALUE, _VALUE, '""', '" "', '"\\u0000"', '"\\ud800"', '"\\uDFFF\\uD800"', '"\\ud83d\\ude00"',
    '"\U0001f600"', '"\ufeff"', json.dumps(CANARY + "x" * 256), json.dumps(CANARY + "é" * 1024), "null", "true", "0",
    "-0", "1", "2.50", "1e2", "1E-130", "9.99e125", "1e126", "1e-131", "1e999999999", "1e9999999999999999999999", "NaN",
    "-Infinity", "Infinity", "9" * 39, "9" * 5000, "0." + "1" * 5000, "[" * 31 + "]" * 31, "[" * 200 + "]" * 200,
    "[" * 100_000, '{"a":' * 40 + "1" + "}" * 40, "[" + "0," * 5000 + "0]", "{", "'", "//",
])  # fmt: skip
_NAME = st.sampled_from(["name", "key", "value", "", "a", "é", "\\ud800", "__proto__", "n" * 256, "n" * 257])
_FITTING = {
    "externalConversationId": '"conversation"',
    "eventId": '"event"',
    "campaign": _VALUE,
    "lobName": _VALUE,
    "deviceType": '"PHONE"',
    "platform": '"WEB"',
    "companySegment": f"[{_VALUE}]",
    "attributes": f'[{{"name": "vip", "value": {_VALUE}}}]',
    "unknown": _VALUE,
}


def _drawn(*strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw from each strategy as often as it is listed, which st.one_of does not."""
    return st.sampled_from(strategies).flatmap(lambda strategy: strategy)


def _object(pairs: list[tuple[str, str]]) -> str:
    return "{" + ",".join(f'"{name}":{value}' for name, value in pairs) + "}"


def _array(elements: list[str]) -> str:
    return "[" + ",".join(elements) + "]"


def _field(name: str) -> st.SearchStrategy[tuple[str, str]]:
    fitting = st.just(_FITTING[name])
    # Ids are logged.
    replacement = "id" if name in {"externalConversationId", "eventId"} else CANARY
    return _drawn(fitting, fitting, fitting, _json).map(lambda text: (name, text.replace(CANARY, replacement)))


_json = st.recursive(
    _ATOM,
    lambda json: st.lists(json, max_size=3).map(_array) | st.lists(st.tuples(_NAME, json), max_size=3).map(_object),
    max_leaves=6,
)
_submission = st.lists(st.sampled_from(list(_FITTING)).flatmap(_field), max_size=7).map(
    lambda fields: _object([("externalConversationId", '"conversation"'), *fields])
)
_many = st.lists(_drawn(_submission, _submission, _json), max_size=4).map(
    lambda entries: _object([("items", _array(entries))])
)
_text = _drawn(_submission, _submission, _many, _json)
_damage = st.tuples(st.integers(0, 500), st.sampled_from(["", "\0", "\ud800", "\\", ",", "}"]))
_damaged = st.builds(lambda text, damage: text[: damage[0]] + damage[1] + text[damage[0] + 1 :], _text, _damage)
_plain = _drawn(_text, _text, _text, _damaged, _ODD)
_base64 = _plain.map(lambda text: base64.b64encode(text.encode(errors="surrogatepass")).decode())
_body = _drawn(
    st.fixed_dictionaries({"body": _plain, "isBase64Encoded": st.just(value=False)}),
    st.fixed_dictionaries({"body": _base64, "isBase64Encoded": st.just(value=True)}),
    st.fixed_dictionaries({"body": st.none() | _ODD, "isBase64Encoded": st.booleans()}),
)

_HEADER = st.sampled_from(["asapp-api-id", "ASAPP-Api-Id", "asapp-api-secret", "content-type", "", "é\n"])
_CONTENT_TYPE = st.sampled_from(["application/json", "text/json; charset=utf-8, x", 'a/b; charset="', ";charset=;="])
_ID = st.just("conversation") | _ODD

# API Gateway sends null for no headers or parameters.
hostile_events = st.builds(
    lambda body, **members: members | body,
    _body,
    headers=st.none() | st.dictionaries(_HEADER, _CONTENT_TYPE | _ODD | st.just(CANARY), max_size=3),
    multiValueHeaders=st.none() | st.dictionaries(_HEADER, st.lists(st.just(CANARY), max_size=2), max_size=3),
    queryStringParameters=st.none() | st.fixed_dictionaries({"externalConversationId": _ID}, optional={"other": _ODD}),
    requestContext=st.just({"requestId": "request", "authorizer": {"principalId": "id"}}),
    methodArn=st.just("arn:aws:execute-api:us-east-1:123456789012:api/live/POST/route"),
)
