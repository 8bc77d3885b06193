"""Checks over HTTP that a deployed stack keeps what the documents promise: `make smoke-test`."""
