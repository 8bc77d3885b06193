"""Tests new versions of the functions before traffic shifts to them."""
