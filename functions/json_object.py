"""The type of JSON objects: events, responses and log fields."""

from typing import Any

Json = dict[str, Any]
