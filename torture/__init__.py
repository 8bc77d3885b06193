"""The trust tests at their full sizes, and proof that they would notice: `python -m torture` writes the report."""
