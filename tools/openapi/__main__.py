"""Writes openapi.yaml and the collection: `python -m tools.openapi`."""

from tools.openapi import collection, document

if __name__ == "__main__":
    for made in (document, collection):
        made.FILE.write_text(made.text())
        print(f"Written: {made.FILE.name}")
