"""The document: openapi.yaml, with what the code knows written into it anew.

That is a submission's fields, limits and failures, and the values of two kinds of examples: a request's is named after
a sample of events/, an error's after its code. Everything else is edited in openapi.yaml.
"""

import json
from pathlib import Path

import yaml

from ingest.errors import RefusedError
from tools.openapi.schemas import ERRORS, Json, write_schemas

ROOT = Path(__file__).parents[2]
FILE = ROOT / "openapi.yaml"
_HEAD = "# Edit this file, then run `make openapi`: fields, limits, error codes and samples come from the code.\n"
_LONGEST_LINE = 120
# In characters of Python's text for it, which is longer than YAML's.
_LONGEST_FLOW = 115
_BY_API_GATEWAY = {"401-01": "Unauthorized", "403-01": "Forbidden"}


def text() -> str:
    """Return the document as YAML."""
    return _HEAD + yaml.dump(document(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_LONGEST_LINE)


def document() -> Json:
    """Return the document as plain data."""
    made: Json = yaml.safe_load(FILE.read_text())
    write_schemas(made["components"]["schemas"])
    operations = [operation for methods in made["paths"].values() for operation in methods.values()]
    for request in (operation["requestBody"] for operation in operations if "requestBody" in operation):
        for name, example in request["content"]["application/json"]["examples"].items():
            example["value"] = json.loads(samples()[name]["body"])
    for response in made["components"]["responses"].values():
        for code, example in response["content"]["application/json"]["examples"].items():
            example["value"] = {"error": _error(code)}
    return made


def samples() -> dict[str, Json]:
    """Return the events of the API's routes, by name."""
    events = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "events").glob("*.json"))}
    return {name: event for name, event in events.items() if "body" in event}


def _error(code: str) -> Json:
    # A refusal has no code, but a shape of its own.
    messages = _BY_API_GATEWAY | {error.code: error.message for error in ERRORS if error is not RefusedError}
    return {"requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "code": code, "message": messages[code]}


class _Dumper(yaml.SafeDumper):
    """Writes what is short on one line, texts of several lines as such, and everything without anchors."""

    def ignore_aliases(self, _: object) -> bool:
        return True

    def represent_data(self, data: object) -> yaml.Node:
        node = super().represent_data(data)
        if isinstance(node, yaml.CollectionNode):
            node.flow_style = len(repr(data)) <= _LONGEST_FLOW or (isinstance(data, list) and isinstance(data[0], str))
        elif isinstance(node, yaml.ScalarNode) and "\n" in node.value:
            node.style = "|"
        return node
