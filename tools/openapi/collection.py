"""The collection: the document's operations and the samples of events/ as requests, for Postman and what imports it.

Format: https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html
"""

import json
from urllib.parse import urlencode

from tools.openapi.document import ROOT, document, samples
from tools.openapi.schemas import Json

FILE = ROOT / "docs/postman-collection.json"
_INFO = {
    "name": "Conversation metadata",
    "description": "Set the variables url, apiId and apiSecret.",
    "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
}
_VARIABLES = {"url": "https://api-id.execute-api.us-east-1.amazonaws.com/live", "apiId": "", "apiSecret": ""}
_CREDENTIALS = {"asapp-api-id": "{{apiId}}", "asapp-api-secret": "{{apiSecret}}"}
# A larger body shows a person nothing.
_LONGEST_BODY = 10_000


def text() -> str:
    """Return the collection as JSON, a request on each line: it is imported rather than read."""
    return _write(collection()) + "\n"


def collection() -> Json:
    """Return the collection as plain data: a folder for each operation, a request for each sample."""
    # What others look up is stored first.
    events = sorted(samples().items(), key=lambda named: "stored" not in named[0])
    folders = [
        {
            "name": operation["summary"],
            "description": operation["description"],
            "item": [
                {"name": name.replace("-", " "), "request": _request(event)}
                for name, event in events
                if event["resource"] == path and _is_text(event)
            ],
        }
        for path, methods in document()["paths"].items()
        for operation in methods.values()
    ]
    return {"info": _INFO, "variable": _pairs(_VARIABLES), "item": folders}


def _is_text(event: Json) -> bool:
    return not event["isBase64Encoded"] and len(event["body"] or "") <= _LONGEST_BODY


def _request(event: Json) -> Json:
    query = urlencode(event["queryStringParameters"] or {})
    request: Json = {
        "method": event["httpMethod"],
        "url": f"{{{{url}}}}{event['path']}{'?' if query else ''}{query}",
        "header": _pairs(_CREDENTIALS),
    }
    if event["body"]:
        # As it is indented here, Postman shows it.
        body = json.dumps(json.loads(event["body"]), indent=2, ensure_ascii=False)
        request["header"] += _pairs({"Content-Type": "application/json"})
        request["body"] = {"mode": "raw", "raw": body, "options": {"raw": {"language": "json"}}}
    return request


def _pairs(values: dict[str, str]) -> list[Json]:
    return [{"key": key, "value": value} for key, value in values.items()]


def _write(value: Json) -> str:
    """Return a folder over as many lines as it has items, anything else on one."""
    rest = json.dumps({name: member for name, member in value.items() if name != "item"}, ensure_ascii=False)
    if "item" not in value:
        return rest
    items = ",\n".join(_write(item) for item in value["item"])
    return f'{rest.removesuffix("}")}, "item": [\n{items}\n]}}'
