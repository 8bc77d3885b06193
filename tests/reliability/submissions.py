"""Generated submissions, and their meaning by the contract."""

import json
from typing import Any

from hypothesis import strategies as st

from tools.contract import CANARY

Submission = dict[str, Any]

# Few values each, so that submissions collide: the same id with other content, the same attribute again.
_TEXT = st.sampled_from([f"{CANARY} {text}" for text in ("a", "b", "שלום", "\U0001f600")])
_NUMBER = st.sampled_from([0, 1, 1.0, -0.0, 100, 1e2, 2.5, 10**37])
_SCALAR = st.one_of(_TEXT, _NUMBER, st.booleans())
_VALUE = st.one_of(
    st.none(), _SCALAR, st.lists(st.none() | _SCALAR, max_size=2), st.dictionaries(_TEXT, _SCALAR, max_size=2)
)
_NAME = st.sampled_from(["vip", "tier", "name", "value", "a.b", "#1 :2"])
_ATTRIBUTE = st.one_of(
    st.fixed_dictionaries({"name": _NAME, "value": _VALUE}),
    st.fixed_dictionaries({"key": _NAME, "value": _VALUE}, optional={"type": _SCALAR}),
    st.dictionaries(_NAME.filter(lambda name: name != "value"), _VALUE, max_size=3),
)
_FIELDS = {
    "campaign": _TEXT,
    "lobName": _TEXT,
    "platform": st.sampled_from(["WEB", "IOS"]),
    "companySegment": st.lists(_TEXT, max_size=2),
}

submissions: st.SearchStrategy[Submission] = st.fixed_dictionaries(
    {
        # Mostly a constant, as careless senders use it.
        "eventId": st.sampled_from(["constant", "constant", "constant", "another", "#", "  ", None]),
        "attributes": st.none() | st.lists(_ATTRIBUTE, min_size=1, max_size=3),
    },
    optional={name: st.none() | value for name, value in _FIELDS.items()} | {"campain": _SCALAR},
)


def content_of(submission: Submission) -> dict[str, Any]:
    """Return the values that a submission sets in its conversation's item."""
    fields = {name: submission[name] for name in _FIELDS if submission.get(name) is not None}
    return fields | {f"attribute:{name}": value for name, value in _attributes_of(submission).items()}


def _attributes_of(submission: Submission) -> dict[str, Any]:
    attributes = {}
    for element in submission.get("attributes") or ():
        name = element.get("name", element.get("key"))
        pairs = {name: element["value"]} if name is not None and "value" in element else element
        attributes |= {name: value for name, value in pairs.items() if value is not None}
    return attributes


def restated(submission: Submission) -> Submission:
    """Return an equal submission: in another order, with other nulls, its attributes in another form, and 1 as 1.0."""
    stated = {name: value for name, value in reversed(submission.items()) if value is not None}
    if attributes := _attributes_of(submission):
        stated["attributes"] = [{"value": value, "key": name} for name, value in reversed(attributes.items())]
    restated: Submission = json.loads(json.dumps(stated), parse_int=float)
    return restated | {"agentRoutingCode": None, "unknwon": CANARY}


def exactly(value: Any) -> str:
    """Return a text that is equal for equal JSON values only: 1 equals 1.0, but not true."""

    def number(text: str) -> float:
        return float(text) + 0  # -0.0 is 0

    text = json.dumps(value, default=float)  # an item's numbers are Decimals
    return json.dumps(json.loads(text, parse_int=number, parse_float=number), sort_keys=True)
