"""The same job as it is usually written: Powertools' Event Handler with validation, boto3's table resource.

It follows the examples of the libraries' own documentation, and leaves out what makes such code still slower (tracing).
"""

import json
import os
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Annotated, Any, Literal
from uuid import uuid4

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError
from pydantic import BaseModel, Field

logger = Logger()
metrics = Metrics()
app = APIGatewayRestResolver(enable_validation=True)
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])

Text = Annotated[str, Field(max_length=256)]


class Attribute(BaseModel):
    """A key-value pair."""

    name: Text
    value: Annotated[str, Field(max_length=1024)]


class Submission(BaseModel):
    """Metadata about one conversation."""

    externalConversationId: Annotated[str, Field(min_length=1, max_length=256)]
    eventId: Text | None = None
    lobId: Text | None = None
    lobName: Text | None = None
    groupId: Text | None = None
    groupName: Text | None = None
    agentRoutingCode: Text | None = None
    campaign: Text | None = None
    deviceType: Literal["TABLET", "PHONE", "DESKTOP", "WATCH", "OTHER"] | None = None
    platform: (
        Literal[
            "SMS", "WEB", "IOS", "ANDROID", "APP", "LOCAL", "VOICE", "VOICE_IOS", "VOICE_ANDROID", "VOICE_ECHO",
            "VOICE_HOMEPOD", "VOICE_GGLHOME", "VOICE_WEB", "APPLEBIZ", "GOOGLEBIZ", "GBM", "WAB",
        ] | None
    ) = None  # fmt: skip
    companySegment: list[Annotated[str, Field(max_length=64)]] | None = None
    companySubdivision: Text | None = None
    businessRule: Text | None = None
    entryType: Text | None = None
    operatingSystem: Literal["MAC_OS", "LINUX", "WINDOWS", "ANDROID", "IOS", "OTHER"] | None = None
    browserType: Annotated[str, Field(max_length=64)] | None = None
    browserVersion: Annotated[str, Field(max_length=16)] | None = None
    attributes: Annotated[list[Attribute], Field(max_length=10)] | None = None


class Result(BaseModel):
    """What became of the submission."""

    eventId: str
    error: str = ""


@app.post("/metadata-ingestion/v1/single-convo-metadata")
def ingest(submission: Submission) -> dict[str, Result]:
    """Store a submission, unless that was done before."""
    event_id = submission.eventId or str(uuid4())
    fields = submission.model_dump(exclude_none=True, exclude={"externalConversationId", "attributes"})
    fields["eventId"] = event_id
    fields |= {f"attribute:{attribute.name}": attribute.value for attribute in submission.attributes or []}
    digest = blake2b(json.dumps(fields, sort_keys=True).encode(), digest_size=16).hexdigest()
    outcome = "Stored"
    try:
        store(submission.externalConversationId, fields, f"{event_id}#{digest}")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        outcome = "Duplicate"
    metrics.add_metric(name=outcome, unit=MetricUnit.Count, value=1)
    logger.info(outcome, extra={"eventId": event_id, "externalConversationId": submission.externalConversationId})
    return {"result": Result(eventId=event_id)}


def store(key: str, fields: dict[str, Any], token: str) -> None:
    """Merge the fields into the conversation's item, if the token is not in it."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    assignments = [f"#{index} = :{index}" for index in range(len(fields))]
    assignments += ["createdAt = if_not_exists(createdAt, :now)", "updatedAt = :now"]
    table.update_item(
        Key={"externalConversationId": key},
        UpdateExpression=f"SET {', '.join(assignments)} ADD submissions :tokens",
        ConditionExpression="NOT contains(submissions, :token)",
        ExpressionAttributeNames={f"#{index}": field for index, field in enumerate(fields)},
        ExpressionAttributeValues={f":{index}": value for index, value in enumerate(fields.values())}
        | {":now": now, ":token": token, ":tokens": {token}},
    )


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
@metrics.log_metrics(capture_cold_start_metric=True)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Route the event."""
    return app.resolve(event, context)
