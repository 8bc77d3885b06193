"""API Gateway's events for hostile requests, and for some usual ones. Each is made from its number alone."""

import base64
import json
import random
from collections.abc import Iterable
from typing import Any

from tools.contract import CANARY

# Texts in headers, parameters and bodies.
ODD = ["", " ", "odd", "\0", "é\n", "\ufffd", "\U0001f600", "x" * 257]

VALUE = json.dumps(CANARY)

# JSON as text, because no serializer writes repeated names, NaN, lone surrogates or endless numbers.
ATOMS = [
    VALUE, VALUE, VALUE, VALUE, '""', '" "', '"\\u0000"', '"\\ud800"', '"\\uDFFF\\uD800"', '"\\ud83d\\ude00"',
    '"\U0001f600"', '"\ufeff"', json.dumps(CANARY + "x" * 256), json.dumps(CANARY + "é" * 1024), "null", "true", "0",
    "-0", "1", "2.50", "1e2", "1E-130", "9.99e125", "1e126", "1e-131", "1e999999999", "1e9999999999999999999999", "NaN",
    "-Infinity", "Infinity", "9" * 39, "9" * 5000, "0." + "1" * 5000, "[" * 31 + "]" * 31, "[" * 200 + "]" * 200,
    "[" * 100_000, '{"a":' * 40 + "1" + "}" * 40, "[" + "0," * 5000 + "0]", "{", "'", "//",
]  # fmt: skip
NAMES = ["name", "key", "value", "", "a", "b.c", "#0", "é", "\\ud800", "__proto__", "n" * 256, "n" * 257]
FITTING = {
    "externalConversationId": '"conversation"',
    "eventId": '"event"',
    "campaign": VALUE,
    "lobName": VALUE,
    "deviceType": '"PHONE"',
    "platform": '"WEB"',
    "companySegment": f"[{VALUE}]",
    "attributes": f'[{{"name": "vip", "value": {VALUE}}}]',
    "unknown": VALUE,
}
# Ids are logged.
IDS = {"externalConversationId", "eventId"}
DAMAGE = ["", "\0", "\ud800", "\\", ",", "}"]
GIANTS = ["x", "[", "é", '{"a":', "9", '"\\ud800",', " ", '{"":0},']
GIANT_SIZES = [256 * 1024, 256 * 1024 + 1, 4 * 1024 * 1024 + 1]
HEADERS = ["asapp-api-id", "ASAPP-Api-Id", "asapp-api-secret", "Asapp-API-Secret", "content-type", "", "é\n"]
CONTENT_TYPES = ["application/json", "text/json; charset=utf-8, x", 'a/b; charset="', ";charset=;=", CANARY, *ODD]


def hostile_event(number: int) -> dict[str, Any]:
    return _Grammar(random.Random(number)).event()  # noqa: S311 -- it must be the same in every run


class _Grammar:
    """Productions that draw from one source of chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.pick = chance.choice

    def event(self) -> dict[str, Any]:
        body, is_base64 = self.body(), self.chance.random() < 0.4
        if is_base64 and isinstance(body, str) and not self.rarely():
            body = base64.b64encode(body.encode(errors="surrogatepass")).decode()
        members = {
            "body": body,
            "isBase64Encoded": is_base64,
            "headers": self.object_of(HEADERS, CONTENT_TYPES),
            "multiValueHeaders": self.object_of(HEADERS, [[], [CANARY], [CANARY, CANARY]]),
            "queryStringParameters": self.object_of(["externalConversationId", "other"], ["é", self.pick(ODD)]),
            "requestContext": {
                "requestId": self.pick(ODD) if self.rarely() else "request",
                "authorizer": {"principalId": self.pick(ODD) if self.rarely() else "id"},
            },
            "methodArn": "arn:aws:execute-api:us-east-1:123456789012:api/live/POST/route",
        }
        # Only an event of Lambda's console lacks members.
        return {name: member for name, member in members.items() if name == "methodArn" or not self.rarely()}

    def body(self) -> str | None:
        if self.rarely():
            return self.pick([None, *ODD, self.pick(GIANTS) * self.pick(GIANT_SIZES)])
        text = self.pick([self.submission, self.submission, self.many, self.json])()
        if self.chance.random() < 0.2:
            place = self.chance.randrange(min(len(text), 500) + 1)
            text = text[:place] + self.pick(DAMAGE) + text[place + self.chance.randrange(3) :]
        return text

    def many(self) -> str:
        entries = (self.pick([self.submission, self.json])() for _ in range(self.chance.randrange(5)))
        return _object(("items", _array(entries)))

    def submission(self) -> str:
        names = ["externalConversationId", *self.chance.choices(list(FITTING), k=self.chance.randrange(7))]
        pairs = [(name, FITTING[name] if self.chance.random() < 0.8 else self.json()) for name in names]
        pairs = [(name, value.replace(CANARY, "id") if name in IDS else value) for name, value in pairs]
        if self.chance.random() < 0.3:
            pairs.append(("attributes", _array(self.json() for _ in range(self.chance.randrange(4)))))
        return _object(*pairs)

    def json(self, depth: int = 3) -> str:
        kind = self.chance.random() if depth else 1
        if kind < 0.3:
            return _object(*((self.pick(NAMES), self.json(depth - 1)) for _ in range(self.chance.randrange(4))))
        if kind < 0.5:
            return _array(self.json(depth - 1) for _ in range(self.chance.randrange(4)))
        return self.pick(ATOMS)

    def object_of(self, names: list[str], values: list[Any]) -> dict[str, Any] | None:
        """Return members with these names and values; None for none, as API Gateway does."""
        return {name: self.pick(values) for name in self.chance.choices(names, k=self.chance.randrange(4))} or None

    def rarely(self) -> bool:
        return self.chance.random() < 0.03


def _object(*pairs: tuple[str, str]) -> str:
    return "{" + ",".join(f'"{name}":{value}' for name, value in pairs) + "}"


def _array(elements: Iterable[str]) -> str:
    return "[" + ",".join(elements) + "]"
