"""POST /metadata-ingestion/v1/single-convo-metadata: one submission a request."""

from aws_lambda_powertools.utilities.typing import LambdaContext

from ingest.body import read_body
from ingest.errors import RefusedError
from ingest.gateway import Json, answer_errors, read_request, respond, respond_error
from ingest.limits import MAX_BYTES
from ingest.submission import Received, Result, apply, fail, receive, record_result


@answer_errors
def handle(event: Json, context: LambdaContext) -> Json:
    """Store the submission in an API Gateway proxy event (REST, payload 1.0)."""
    request = read_request(event, context)
    received = _receive(event)
    result = apply(received, request.client) if isinstance(received, Received) else received
    record_result(result, request)
    if result.failure is None:
        return respond(200, {"result": result.body()})
    if result.failure is RefusedError:
        return respond(400, {"result": result.body()})
    return respond_error(result.failure, request)


def _receive(event: Json) -> Received | Result:
    try:
        return receive(read_body(event, MAX_BYTES))
    except RefusedError as error:
        return fail(error)
