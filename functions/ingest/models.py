"""The model of a submission: its fields, their limits, and the error messages for invalid values."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import uuid4

from aws_lambda_powertools.utilities.parser import BaseModel, ValidationError, parse
from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, StringConstraints, TypeAdapter
from pydantic_core import PydanticCustomError

from ingest.attributes import Attributes, read_attributes
from ingest.errors import Problem, RefusedError
from ingest.limits import MAX_BROWSER_TYPE, MAX_BROWSER_VERSION, MAX_ID, MAX_PAIRS, MAX_SEGMENT, MAX_VALUES
from json_object import Json

DeviceType = Literal["TABLET", "PHONE", "DESKTOP", "WATCH", "OTHER"]
Platform = Literal[
    "SMS", "WEB", "IOS", "ANDROID", "APP", "LOCAL", "VOICE", "VOICE_IOS", "VOICE_ANDROID", "VOICE_ECHO",
    "VOICE_HOMEPOD", "VOICE_GGLHOME", "VOICE_WEB", "APPLEBIZ", "GOOGLEBIZ", "GBM", "WAB",
]  # fmt: skip
OperatingSystem = Literal["MAC_OS", "LINUX", "WINDOWS", "ANDROID", "IOS", "OTHER"]


def _refuse_replacement_character(text: str) -> str:
    """Reject U+FFFD in an id: it replaces bytes that were not UTF-8, so two ids could become one."""
    if "\ufffd" in text:
        raise PydanticCustomError("not_utf8", "must be UTF-8 text")
    return text


def _optional(description: str, max_length: int | None = None) -> Any:
    return Field(None, description=description, max_length=max_length)


NoReplacementCharacter = AfterValidator(_refuse_replacement_character)
Id = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID, pattern=r"\S"), NoReplacementCharacter]
Text = Annotated[str, StringConstraints(max_length=MAX_ID)]
Segment = Annotated[str, StringConstraints(max_length=MAX_SEGMENT)]


class Submission(BaseModel):
    """Metadata about one conversation, as sent. None means "not given"."""

    model_config = ConfigDict(strict=True, frozen=True, hide_input_in_errors=True)

    externalConversationId: Id = Field(description="The conversation's id in the chat or voice system.")
    eventId: Annotated[Text, NoReplacementCharacter] | None = _optional(
        "Identifies the submission, together with its content. If it is missing, the service creates a UUID."
    )
    lobId: Text | None = _optional("The id of the line of business.")
    lobName: Text | None = _optional("The descriptive name of the line of business.")
    groupId: Text | None = _optional("The id of the group that the agent belongs to.")
    groupName: Text | None = _optional("The descriptive name of the group.")
    agentRoutingCode: Text | None = _optional("The agent's routing attribute.")
    campaign: Text | None = _optional("The activities related to the issue.")
    deviceType: DeviceType | None = _optional("The client's device type.")
    platform: Platform | None = _optional("The client's platform. WAB: WhatsApp Business.")
    companySegment: Annotated[list[Segment], Field(fail_fast=True)] | None = _optional(
        "The company's segments that the issue belongs to."
    )
    companySubdivision: Text | None = _optional("The company's subdivision that the issue belongs to.")
    businessRule: Text | None = _optional("The business rule to use.")
    entryType: Text | None = _optional("The way in which the issue was started and created in the system.")
    operatingSystem: OperatingSystem | None = _optional("The operating system from which the issue was entered.")
    browserType: str | None = _optional("The browser used.", max_length=MAX_BROWSER_TYPE)
    browserVersion: str | None = _optional("The version of the browser used.", max_length=MAX_BROWSER_VERSION)
    attributes: Annotated[
        Attributes | None, PlainValidator(read_attributes, json_schema_input_type=list[dict[str, Any]] | None)
    ] = _optional(f"Extra key-value pairs, {MAX_PAIRS} in all. If a name is repeated, its last value counts.")


FIELDS = Submission.model_fields.keys()
_id_adapter = TypeAdapter(Id, config=ConfigDict(strict=True, hide_input_in_errors=True))


def measure_json(data: Json) -> int:
    """Return the UTF-8 bytes of a parsed JSON object in its shortest form, which is at most what was sent.

    Raises RefusedError for values that are not JSON.
    """
    try:
        return len(_encode(data).encode())
    except UnicodeEncodeError as error:
        raise RefusedError([("body", "must not contain lone surrogates")]) from error
    except RecursionError as error:
        raise RefusedError([("body", "must not be nested so deep")]) from error
    except ValueError as error:
        raise RefusedError([("body", "must contain only finite numbers")]) from error


def count_values(data: Json) -> int:
    """Return the number of JSON values in the fields of a submission. Raises RefusedError for more than the limit."""
    fields = {name: data[name] for name in FIELDS if name in data}
    count = _count_values(fields)
    if count > MAX_VALUES:
        most = max(fields, key=lambda name: _count_values([fields[name]]))
        raise RefusedError([(most, f"must hold fewer values: a submission has at most {MAX_VALUES:,} JSON values")])
    return count


def read_submission(data: Json) -> Submission:
    """Return the submission in a JSON object. Raises RefusedError, which names every invalid field."""
    try:
        return parse(event=data, model=Submission)
    except ValidationError as error:
        raise RefusedError(list(_problems(error))) from error


def read_conversation_id(value: object) -> str:
    """Return a valid conversation id. Raises RefusedError if it is invalid or missing (None)."""
    if value is None:
        raise RefusedError([("externalConversationId", "is required")])
    try:
        return _id_adapter.validate_python(value)
    except ValidationError as error:
        raise RefusedError([("externalConversationId", message) for _, message in _problems(error)]) from error


def read_event_id(data: Json) -> str:
    """Return the sender's event id if it is valid, else a new one, so that every response can be traced."""
    try:
        return _id_adapter.validate_python(data.get("eventId"))
    except ValidationError:
        return str(uuid4())


def _filler(number: Decimal) -> str | int:
    """Return a placeholder whose JSON has the length of the number's shortest form: a digit or a quoted string."""
    text = str(number)
    if "." in text or "E" in text:
        _, digits, exponent = number.as_tuple()
        text = min(text, f"{'1' * len(digits)}e{exponent}", key=len)
    return text[2:] if len(text) > 1 else 0


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_filler).encode


def _count_values(container: Json | list[Any]) -> int:
    """Return the number of JSON values in an object or array, at any depth."""
    count = 0
    containers = [container]
    for each in containers:  # The loop appends to this list. Recursion would exceed Python's limit.
        values = each.values() if isinstance(each, dict) else each
        count += len(values)
        containers += [value for value in values if isinstance(value, (dict, list))]
    return count


# Messages by pydantic error type, written for callers of the API. A missing type is a defect: it raises KeyError.
_MESSAGES: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda _: "is required",
    "string_type": lambda _: "must be a string",
    "string_too_short": lambda _: "must have a character that is not white space",
    "string_too_long": lambda context: f"must have at most {context['max_length']} characters",
    "string_pattern_mismatch": lambda _: "must have a character that is not white space",
    "literal_error": lambda context: "must be one of " + context["expected"].replace("'", "").replace(" or ", ", "),
    "string_unicode": lambda _: "must be Unicode text without lone surrogates",
    "list_type": lambda _: "must be an array of strings",
    "not_utf8": lambda _: "must be UTF-8 text, and holds U+FFFD, which stands where bytes were not UTF-8",
}


def _problems(error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors(include_url=False, include_input=False):
        context = detail.get("ctx", {})
        if detail["type"] == "value_error":
            yield from context["error"].problems
        else:
            field, *indexes = detail["loc"] or [""]
            path = f"{field}{''.join(f'[{index}]' for index in indexes)}"
            yield path, _MESSAGES[detail["type"]](context)
