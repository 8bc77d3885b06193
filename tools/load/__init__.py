"""Load tests: realistic traffic against a stack, sent by Locust, with a report."""
