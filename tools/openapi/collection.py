"""The collection: the document's operations and the samples of events/ as requests, for Postman and what imports it.

Format: https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html
"""

import json
from urllib.parse import urlencode

from tools.layout import lay_out
from tools.openapi.document import ROOT, document, samples
from tools.openapi.schemas import Json

FILE = ROOT / "docs/postman-collection.json"
_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_CREDENTIALS = [{"key": "asapp-api-id", "value": "{{apiId}}"}, {"key": "asapp-api-secret", "value": "{{apiSecret}}"}]
_JSON_TYPE = {"key": "Content-Type", "value": "application/json"}
# A larger body shows a person nothing.
_LONGEST_BODY = 10_000


def text() -> str:
    """Return the collection as JSON."""
    return lay_out(collection()) + "\n"


def collection() -> Json:
    """Return the collection as plain data: a folder for each operation, a request for each sample."""
    described = document()
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
        for path, methods in described["paths"].items()
        for operation in methods.values()
    ]
    url = "https://api-id.execute-api.us-east-1.amazonaws.com/live"
    description = "Set the variables url, apiId and apiSecret."
    return {
        "info": {"name": described["info"]["title"], "description": description, "schema": _SCHEMA},
        "item": folders,
        "variable": [{"key": "url", "value": url}, {"key": "apiId", "value": ""}, {"key": "apiSecret", "value": ""}],
    }


def _is_text(event: Json) -> bool:
    return not event["isBase64Encoded"] and len(event["body"] or "") <= _LONGEST_BODY


def _request(event: Json) -> Json:
    query = urlencode(event["queryStringParameters"] or {})
    request = {
        "method": event["httpMethod"],
        "header": _CREDENTIALS,
        "url": f"{{{{url}}}}{event['path']}{'?' if query else ''}{query}",
    }
    if not event["body"]:
        return request
    # As it is indented here, Postman shows it.
    body = json.dumps(json.loads(event["body"]), indent=2, ensure_ascii=False)
    options = {"raw": {"language": "json"}}
    return request | {
        "header": [*_CREDENTIALS, _JSON_TYPE],
        "body": {"mode": "raw", "raw": body, "options": options},
    }
