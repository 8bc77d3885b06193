"""Authenticates callers of the API."""
