"""POST /metadata-ingestion/v1/single-convo-metadata: one submission per request."""

from ingest.body import read_body
from ingest.event import Request
from ingest.gateway import handle_errors, respond_result
from ingest.limits import MAX_BYTES
from ingest.submission import Received, apply, receive
from json_object import Json


@handle_errors
def handle(event: Json, request: Request) -> Json:
    """Store the submission in an API Gateway proxy event (REST, payload 1.0)."""
    data = read_body(event, MAX_BYTES)
    received = receive(data)
    result = apply(received, request.client) if isinstance(received, Received) else received
    result.log({result.outcome: 1, "IgnoredFields": len(result.ignored)})
    return respond_result(result, request)
