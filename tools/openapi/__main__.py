"""Writes openapi.yaml: `python -m tools.openapi`."""

from tools.openapi.document import FILE, text

if __name__ == "__main__":
    FILE.write_text(text())
    print(f"Written: {FILE.name}")
