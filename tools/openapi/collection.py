"""The collection: the document's operations and the samples of events/ as requests, for Postman and what imports it.

Format: https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html
"""

import json
from pathlib import Path
from urllib.parse import quote

from tools.openapi.document import document
from tools.openapi.schemas import Json

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs/postman-collection.json"
_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"

# By the credential headers of the document.
_VARIABLES = {"asapp-api-id": "apiId", "asapp-api-secret": "apiSecret"}
# A larger body shows a person nothing.
_LONGEST_BODY = 10_000


def text() -> str:
    """Return the collection as JSON."""
    return json.dumps(collection(), indent=2, ensure_ascii=False) + "\n"


def collection() -> Json:
    """Return the collection as plain data: a folder for each operation, a request for each sample."""
    described = document()
    schemes = described["components"]["securitySchemes"].values()
    headers = {scheme["name"]: f"{{{{{_VARIABLES[scheme['name']]}}}}}" for scheme in schemes}
    folders = [
        _folder(method.upper(), path, operation, headers)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    description = "Set the variables url, apiId and apiSecret."
    return {
        "info": {"name": described["info"]["title"], "description": description, "schema": _SCHEMA},
        "item": folders,
        "variable": [
            {"key": "url", "value": _address(described["servers"][0])},
            *({"key": name, "value": ""} for name in _VARIABLES.values()),
        ],
    }


def _address(server: Json) -> str:
    return str(server["url"]).format(**{name: variable["default"] for name, variable in server["variables"].items()})


def _folder(method: str, path: str, operation: Json, headers: dict[str, str]) -> Json:
    events = {name: event for name, event in _samples().items() if event["resource"] == path}
    return {
        "name": operation["summary"],
        "description": operation["description"],
        "item": [
            {"name": name.replace("-", " "), "request": _request(method, event, headers)}
            for name, event in events.items()
        ],
    }


def _samples() -> dict[str, Json]:
    """Return the events that a person can send as text; what others look up is stored first."""
    events = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "events").glob("*.json"))}
    return {
        name: event
        for name, event in sorted(events.items(), key=lambda item: "stored" not in item[0])
        # The authorizer's events have no body, encoded or not.
        if event.get("isBase64Encoded") is False and len(event["body"] or "") <= _LONGEST_BODY
    }


def _request(method: str, event: Json, headers: dict[str, str]) -> Json:
    request: Json = {
        "method": method,
        "header": [{"key": name, "value": value} for name, value in headers.items()],
        "url": _url(event["path"], event["queryStringParameters"] or {}),
    }
    if event["body"]:
        request["header"].append({"key": "Content-Type", "value": "application/json"})
        body = json.dumps(json.loads(event["body"]), indent=2, ensure_ascii=False)
        request["body"] = {"mode": "raw", "raw": body, "options": {"raw": {"language": "json"}}}
    return request


def _url(path: str, parameters: dict[str, str]) -> Json:
    query = [{"key": name, "value": quote(value, safe="")} for name, value in parameters.items()]
    words = "&".join(f"{each['key']}={each['value']}" for each in query)
    url = {"raw": f"{{{{url}}}}{path}{'?' if query else ''}{words}", "host": ["{{url}}"], "path": path.split("/")[1:]}
    return url | ({"query": query} if query else {})
