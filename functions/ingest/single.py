"""POST /metadata-ingestion/v1/single-convo-metadata: one submission per request."""

from ingest.body import read_body
from ingest.errors import RefusedError
from ingest.event import Json, Request
from ingest.gateway import handle_errors, respond, respond_error
from ingest.limits import MAX_BYTES
from ingest.submission import Received, apply, receive, record_result


@handle_errors
def handle(event: Json, request: Request) -> Json:
    """Store the submission in an API Gateway proxy event (REST, payload 1.0)."""
    received = receive(read_body(event, MAX_BYTES))
    result = apply(received, request.client) if isinstance(received, Received) else received
    record_result(result)
    if result.failure is None:
        return respond(200, {"result": result.body()})
    if result.failure is RefusedError:
        return respond(400, {"result": result.body()})
    return respond_error(result.failure, request)
