"""POST /metadata-ingestion/v1/single-convo-metadata: one submission a request."""

from startup import loading

with loading():
    from ingest.body import read_body
    from ingest.entry import Entry
    from ingest.errors import RefusedError, ServiceError
    from ingest.gateway import Json, respond, respond_error, route

MAX_BYTES = 256 * 1024


@route
def handle(event: Json, line: Json) -> Json:
    """Store the submission in an API Gateway proxy event (REST, payload 1.0)."""
    try:
        entry = Entry(read_body(event, MAX_BYTES))
    except ServiceError as error:
        entry = Entry({}, error)
    entry.store()
    entry.record(line)
    if entry.error is None:
        return respond(200, {"result": entry.result()})
    if isinstance(entry.error, RefusedError):
        return respond(400, {"result": entry.result()})
    return respond_error(entry.error, line)
