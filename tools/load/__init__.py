"""Load: realistic traffic against a stack, with locust, and a report on how it went."""
