"""The service's log line alone, as it writes one for a stored submission."""

from telemetry import record

LINE = {
    "requestId": "8c7e6f5d-4b3a-4291-8072-615e4f3d2c1b",
    "client": "acme",
    "eventId": "0b0d1f0e-5b9b-4a57-9d5e-6f1f5ad9b3a1",
    "externalConversationId": "3f9c1c52-5ac4-4c6c-8e0a-2b8f6d1c7e90",
}


def handle(_: object, __: object) -> None:
    """Write it."""
    record("Stored", LINE)
