"""Prints an artifact's software bill of materials (SBOM) in CycloneDX format: list_parts.py ARTIFACT.

For vulnerability scanners and licence reviews. The same packages give the same output, so builds can be compared.
"""

import json
import re
import sys
from importlib.metadata import Distribution, PackageMetadata, distributions
from typing import Any


def main(artifact: str) -> None:
    """Print the SBOM."""
    packages = sorted(distributions(path=[artifact]), key=lambda package: package.name.lower())
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "conversation-metadata"}},
        "components": [component(package) for package in packages],
    }
    print(json.dumps(document, indent=2))


def component(package: Distribution) -> dict[str, Any]:
    """Return the component of a package. Vulnerability databases identify packages by purl."""
    purl = f"pkg:pypi/{re.sub('[-_.]+', '-', package.name).lower()}@{package.version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": package.name,
        "version": package.version,
        "purl": purl,
        "licenses": licences(package.metadata),
    }


def licences(metadata: PackageMetadata) -> list[dict[str, Any]]:
    """Return the package's licence expression if it declares one, else the licence names that it declares."""
    if expression := metadata.get("License-Expression"):
        return [{"expression": expression}]
    classifiers = [text.rpartition(" :: ")[2] for text in metadata.get_all("Classifier", []) if "License ::" in text]
    return [{"license": {"name": name}} for name in classifiers or metadata.get_all("License", [])]


if __name__ == "__main__":
    main(sys.argv[1])
