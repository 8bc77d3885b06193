"""Proof that the tests notice broken lines: `python -m tools.mutation`."""
