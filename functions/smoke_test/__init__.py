"""Decides whether traffic may shift to new versions of the functions."""
