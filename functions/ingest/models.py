"""What a submission is: its fields, their limits, and the words for what does not fit them."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Annotated, Any, Literal
from uuid import uuid4

from aws_lambda_powertools.utilities.parser import BaseModel, ValidationError, parse
from pydantic import BeforeValidator, ConfigDict, StringConstraints

from ingest.attributes import read_attributes
from ingest.errors import Problem, ProblemsError, RefusedError

MAX_ID = 256
MAX_SEGMENT = 64

Text = Annotated[str, StringConstraints(max_length=MAX_ID)]
DeviceType = Literal["TABLET", "PHONE", "DESKTOP", "WATCH", "OTHER"]
Platform = Literal[
    "SMS", "WEB", "IOS", "ANDROID", "APP", "LOCAL", "VOICE", "VOICE_IOS", "VOICE_ANDROID", "VOICE_ECHO",
    "VOICE_HOMEPOD", "VOICE_GGLHOME", "VOICE_WEB", "APPLEBIZ", "GOOGLEBIZ", "GBM", "WAB",
]  # fmt: skip
OperatingSystem = Literal["MAC_OS", "LINUX", "WINDOWS", "ANDROID", "IOS", "OTHER"]


def check_segments(value: object) -> object:
    """Name the first wrong elements of a list, where pydantic would describe each of a million."""
    if isinstance(value, list) and (problems := list(islice(_wrong_segments(value), RefusedError.LISTED + 1))):
        raise ProblemsError(problems)
    return value


def _wrong_segments(elements: list[Any]) -> Iterator[Problem]:
    for index, element in enumerate(elements):
        if not isinstance(element, str):
            yield f"companySegment[{index}]", "must be a string"
        elif len(element) > MAX_SEGMENT:
            yield f"companySegment[{index}]", f"must have at most {MAX_SEGMENT} characters"


Segments = Annotated[list[Annotated[str, StringConstraints(max_length=MAX_SEGMENT)]], BeforeValidator(check_segments)]


class Submission(BaseModel):
    """Metadata about one conversation, as its sender gives it. None means "not given"."""

    model_config = ConfigDict(strict=True, frozen=True)

    externalConversationId: Annotated[str, StringConstraints(max_length=MAX_ID, pattern=r"\S")]
    eventId: Text | None = None
    lobId: Text | None = None
    lobName: Text | None = None
    groupId: Text | None = None
    groupName: Text | None = None
    agentRoutingCode: Text | None = None
    campaign: Text | None = None
    deviceType: DeviceType | None = None
    platform: Platform | None = None
    companySegment: Segments | None = None
    companySubdivision: Text | None = None
    businessRule: Text | None = None
    entryType: Text | None = None
    operatingSystem: OperatingSystem | None = None
    browserType: Annotated[str, StringConstraints(max_length=64)] | None = None
    browserVersion: Annotated[str, StringConstraints(max_length=16)] | None = None
    attributes: Annotated[dict[str, Any] | None, BeforeValidator(read_attributes)] = None


FIELDS = Submission.model_fields.keys()


def read_submission(data: dict[str, Any]) -> Submission:
    """Return the submission that a JSON object holds. Raises RefusedError, naming every field that is wrong."""
    try:
        return parse(event=data, model=Submission)
    except ValidationError as error:
        raise RefusedError(list(_problems(error))) from error


def ignored_fields(data: dict[str, Any]) -> list[str]:
    """Return the sorted names of the fields that the contract does not know."""
    return sorted(data.keys() - FIELDS)


def read_event_id(data: dict[str, Any]) -> str:
    """Return the sender's event id where it is usable, else a new one, so that every answer can be traced."""
    event_id = data.get("eventId")
    if isinstance(event_id, str) and len(event_id) <= MAX_ID and event_id.strip():
        return event_id
    return str(uuid4())


# Pydantic's error types, in the words of the API's own users. A type that is missing here is a defect.
_MESSAGES: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda _: "is required",
    "string_type": lambda _: "must be a string",
    "string_too_long": lambda context: f"must have at most {context['max_length']} characters",
    "string_pattern_mismatch": lambda _: "must have a character that is not white space",
    "literal_error": lambda context: "must be one of " + context["expected"].replace("'", "").replace(" or ", ", "),
    "string_unicode": lambda _: "must be Unicode text without lone surrogates",
    "list_type": lambda _: "must be an array of strings",
}


def _problems(error: ValidationError) -> Iterator[tuple[str, str]]:
    for detail in error.errors(include_url=False, include_input=False):
        context = detail.get("ctx", {})
        if detail["type"] == "value_error":
            yield from context["error"].problems
        else:
            field, *indexes = detail["loc"]
            path = f"{field}{''.join(f'[{index}]' for index in indexes)}"
            yield path, _MESSAGES[detail["type"]](context)
