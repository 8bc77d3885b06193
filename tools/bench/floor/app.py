"""The floor: the same job by hand, one signed request over one connection, with nothing but the standard library.

Nobody should deploy it: no retries, no credentials that rotate, no endpoint rules, no careful errors.
"""

import hashlib
import hmac
import http.client
import json
import os
import time
from typing import Any
from urllib.parse import urlsplit

TABLE_NAME = os.environ["TABLE_NAME"]
REGION = os.environ["AWS_REGION"]
ACCESS_KEY = os.environ["AWS_ACCESS_KEY_ID"]
TOKEN = os.environ["AWS_SESSION_TOKEN"]
SECRET = "AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]

CHOICES = {
    "deviceType": {"TABLET", "PHONE", "DESKTOP", "WATCH", "OTHER"},
    "platform": {
        "SMS", "WEB", "IOS", "ANDROID", "APP", "LOCAL", "VOICE", "VOICE_IOS", "VOICE_ANDROID", "VOICE_ECHO",
        "VOICE_HOMEPOD", "VOICE_GGLHOME", "VOICE_WEB", "APPLEBIZ", "GOOGLEBIZ", "GBM", "WAB",
    },
    "operatingSystem": {"MAC_OS", "LINUX", "WINDOWS", "ANDROID", "IOS", "OTHER"},
}  # fmt: skip
LENGTHS = {"browserType": 64, "browserVersion": 16}

url = urlsplit(os.environ["AWS_ENDPOINT_URL"])
connection = http.client.HTTPConnection(url.netloc)


def handle(event: dict[str, Any], _: object) -> dict[str, Any]:
    """Validate the submission, store it, write one line that is log and metric, answer."""
    submission = json.loads(event["body"])
    if not is_valid(submission):
        return {"statusCode": 400, "body": "{}"}
    status = send(json.dumps(update(submission)).encode())
    outcome = "Stored" if status == http.HTTPStatus.OK else "Duplicate"
    write_line(outcome, event, submission)
    body = json.dumps({"result": {"eventId": submission["eventId"], "error": ""}})
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": body}


def is_valid(submission: dict[str, Any]) -> bool:
    """Check every field's type and limit."""
    for field, value in submission.items():
        if field in CHOICES:
            valid = value in CHOICES[field]
        elif field == "companySegment":
            valid = all(isinstance(element, str) and len(element) <= 64 for element in value)  # noqa: PLR2004
        elif field == "attributes":
            valid = all(isinstance(pair["name"], str) and isinstance(pair["value"], str) for pair in value)
        else:
            valid = isinstance(value, str) and len(value) <= LENGTHS.get(field, 256)
        if not valid:
            return False
    return "externalConversationId" in submission


def update(submission: dict[str, Any]) -> dict[str, Any]:
    """Return the conditional update that stores the submission once."""
    fields: dict[str, Any] = {field: {"S": value} for field, value in submission.items() if isinstance(value, str)}
    key = {"externalConversationId": fields.pop("externalConversationId")}
    fields["companySegment"] = {"L": [{"S": segment} for segment in submission["companySegment"]]}
    fields |= {f"attribute:{pair['name']}": {"S": pair["value"]} for pair in submission["attributes"]}
    digest = hashlib.blake2b(json.dumps(fields, sort_keys=True).encode(), digest_size=16).hexdigest()
    token = f"{submission['eventId']}#{digest}"
    assignments = ", ".join(f"#{index} = :{index}" for index in range(len(fields)))
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    values = {f":{index}": value for index, value in enumerate(fields.values())}
    return {
        "TableName": TABLE_NAME,
        "Key": key,
        "UpdateExpression": f"SET {assignments}, createdAt = if_not_exists(createdAt, :now), updatedAt = :now "
        "ADD submissions :tokens",
        "ConditionExpression": "NOT contains(submissions, :token)",
        "ExpressionAttributeNames": {f"#{index}": name for index, name in enumerate(fields)},
        "ExpressionAttributeValues": values | {":now": {"S": now}, ":token": {"S": token}, ":tokens": {"SS": [token]}},
        "ReturnConsumedCapacity": "TOTAL",
    }


def send(payload: bytes) -> int:
    """Sign the request (Signature Version 4), send it, read the answer, return its status."""
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{now[:8]}/{REGION}/dynamodb/aws4_request"
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "host": url.netloc,
        "x-amz-date": now,
        "x-amz-security-token": TOKEN,
        "x-amz-target": "DynamoDB_20120810.UpdateItem",
    }
    signed = ";".join(headers)
    canonical_headers = "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical = f"POST\n/\n\n{canonical_headers}\n{signed}\n{hashlib.sha256(payload).hexdigest()}"
    text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = SECRET.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{scope}, SignedHeaders={signed}, Signature={signature}"
    )
    connection.request("POST", "/", payload, headers)
    response = connection.getresponse()
    json.loads(response.read())
    return response.status


def write_line(outcome: str, event: dict[str, Any], submission: dict[str, Any]) -> None:
    """Write the log record and the metric, CloudWatch's embedded format, as one line."""
    metrics = {"Namespace": "Floor", "Dimensions": [["service"]], "Metrics": [{"Name": outcome, "Unit": "Count"}]}
    line: dict[str, Any] = {"level": "INFO", "message": outcome, "service": "floor"}
    line["timestamp"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    line |= {name: submission[name] for name in ("eventId", "externalConversationId")}
    line["requestId"] = event["requestContext"]["requestId"]
    line["client"] = event["requestContext"]["authorizer"]["principalId"]
    line |= {outcome: [1.0], "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [metrics]}}
    print(json.dumps(line))
