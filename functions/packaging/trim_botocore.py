"""Removes botocore's data except for the operations that the functions call: trim_botocore.py DATA SERVICE:OPERATION...

Creating a client loads the API model of its service and the endpoints of all services. Removing the other services'
endpoints (98% of the list), documentation and unused operations saves a sixth of a cold start's instructions.
"""

import gzip
import json
import shutil
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any


def main(data: Path, calls: list[str]) -> None:
    """Trim botocore's data folder."""
    operations: defaultdict[str, list[str]] = defaultdict(list)
    for call in calls:
        service, _, operation = call.partition(":")
        operations[service].append(operation)
    for folder in [entry for entry in data.iterdir() if entry.is_dir()]:
        # A client uses the latest version of its service's API.
        versions = sorted(folder.iterdir())
        for unused in versions[:-1] if folder.name in operations else [folder]:
            shutil.rmtree(unused)
    endpoints = data / "endpoints.json"
    partitions = json.loads(endpoints.read_text())
    for partition in partitions["partitions"]:
        partition["services"] = {name: service for name, service in partition["services"].items() if name in operations}
    write(endpoints, partitions)
    for compressed in data.glob("*/*/*.json.gz"):
        model = without_documentation(json.loads(gzip.decompress(compressed.read_bytes())))
        if compressed.name == "service-2.json.gz":
            model = with_operations(model, operations[compressed.parts[-3]])
        write(compressed.with_suffix(""), model)
        compressed.unlink()


def with_operations(service: dict[str, Any], operations: list[str]) -> dict[str, Any]:
    """Return a service's API model with only these operations and the shapes that they use."""
    kept = {name: service["operations"][name] for name in operations}
    shapes: dict[str, Any] = {}
    pending: list[Any] = [kept]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            name = value.get("shape")
            if isinstance(name, str) and name not in shapes:
                shapes[name] = service["shapes"][name]
                pending.append(shapes[name])
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return service | {"operations": kept, "shapes": shapes}


def without_documentation(value: Any) -> Any:
    """Return an API model without documentation texts. A member named "documentation" is an object and stays."""
    match value:
        case dict():
            return {
                name: without_documentation(member)
                for name, member in value.items()
                if not (name == "documentation" and isinstance(member, str))
            }
        case list():
            return [without_documentation(element) for element in value]
        case _:
            return value


def write(path: Path, value: Any) -> None:
    """Write compact JSON to a new file, because the existing one may be a link into a cache."""
    path.unlink(missing_ok=True)
    path.write_text(json.dumps(value, separators=(",", ":")))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
