"""The reliability tests at full size, and proof that they notice: `python -m tools.mutation` writes the report."""
