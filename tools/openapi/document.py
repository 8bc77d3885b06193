"""openapi.yaml, with the parts that come from the code.

These are a submission's fields, limits, and failures, and the values of two kinds of examples. Examples of requests are
named after files in events/, examples of errors after their codes. Everything else is edited in openapi.yaml.
"""

import json
from pathlib import Path

import yaml

from ingest.errors import RefusedError
from tools.openapi.schemas import ERRORS, Json, write_schemas

ROOT = Path(__file__).parents[2]
FILE = ROOT / "openapi.yaml"
_HEAD = "# Edit this file, then run `make openapi`: fields, limits, error codes and samples come from the code.\n"
_LONGEST_LINE = 142
# Characters of the value's `repr`, which is longer than its YAML.
_LONGEST_FLOW = 130
_BY_API_GATEWAY = {"401-01": "Unauthorized", "403-01": "Forbidden"}


def text() -> str:
    """Return the document as YAML."""
    return _HEAD + yaml.dump(document(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_LONGEST_LINE)


def document() -> Json:
    """Return the document as plain data."""
    content: Json = yaml.safe_load(FILE.read_text())
    write_schemas(content["components"]["schemas"])
    operations = [operation for methods in content["paths"].values() for operation in methods.values()]
    for request in (operation["requestBody"] for operation in operations if "requestBody" in operation):
        for name, example in request["content"]["application/json"]["examples"].items():
            event = json.loads((ROOT / f"events/{name}.json").read_text())
            example["value"] = json.loads(event["body"])
    for response in content["components"]["responses"].values():
        for code, example in response["content"]["application/json"]["examples"].items():
            example["value"] = {"error": _error(code)}
    return content


def _error(code: str) -> Json:
    # A refusal has a shape of its own, without a code.
    messages = _BY_API_GATEWAY | {error.code: error.message for error in ERRORS if error is not RefusedError}
    return {"requestId": "c6af9ac6-7b61", "code": code, "message": messages[code]}


class _Dumper(yaml.SafeDumper):
    """Writes short collections on one line, text of several lines as a block, and no anchors."""

    def ignore_aliases(self, _: object) -> bool:
        return True

    def represent_data(self, data: object) -> yaml.Node:
        node = super().represent_data(data)
        if isinstance(node, yaml.CollectionNode):
            node.flow_style = len(repr(data)) <= _LONGEST_FLOW or (isinstance(data, list) and isinstance(data[0], str))
        elif isinstance(node, yaml.ScalarNode) and "\n" in node.value:
            node.style = "|"
        return node
