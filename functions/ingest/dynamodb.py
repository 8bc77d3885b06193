"""DynamoDB's client, for requests whose values are in DynamoDB's types already.

To write such a request as JSON, botocore walks through it value by value, with the API's description in hand, and
arrives at what it began with. Two of its event hooks take the walk's place: a warm submission costs a tenth less.
"""

from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from aws_client import create_client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_BODY = "conversation-metadata.body"


def create_dynamodb_client(endpoint_url: str | None = None) -> "DynamoDBClient":
    """Return a client that sends what its methods are given as it is."""
    client: DynamoDBClient = create_client("dynamodb", endpoint_url=endpoint_url)
    events: Any = client.meta.events
    events.register("provide-client-params.dynamodb", _write)
    events.register("before-call.dynamodb", _attach)
    return client


def _write(params: dict[str, Any], context: dict[str, Any], **_: object) -> dict[str, Any]:
    """Keep the request in the call's context, and leave to botocore what it chooses the endpoint by."""
    context[_BODY] = to_json(params)
    return {"TableName": params["TableName"]}


def _attach(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    """Replace the body of the HTTP request, which is then signed."""
    params["body"] = context[_BODY]
