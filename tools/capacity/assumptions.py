"""The assumed traffic, what AWS documents, and its default quotas. After a change, run `make capacity`."""

from typing import Any

# Submissions per second, on average over a month. ASAPP's default allowance is 50,000 requests a day
# (docs.asapp.com/getting-started/developers/rate-limits), and 100 per second.
RATES = {"50,000 a day": 0.5787, "1/s": 1, "10/s": 10, "100/s": 100, "1,000/s": 1_000}

# What a contact centre sends when a conversation begins, when it is routed, and when it ends.
# fmt: off
CONVERSATION: list[dict[str, Any]] = [
    {"platform": "WEB", "deviceType": "DESKTOP", "operatingSystem": "MAC_OS", "browserType": "Safari",
     "browserVersion": "26.1", "lobId": "100", "lobName": "customer support"},
    {"groupId": "9f4c2d1b", "groupName": "billing questions, tier one", "agentRoutingCode": "BILL-T1",
     "attributes": [{"name": "customerTier", "value": "gold"}, {"name": "language", "value": "en"}]},
    {"campaign": "autumn renewal", "entryType": "proactive",
     "attributes": [{"name": "resolution", "value": "refund issued"}, {"name": "handledSeconds", "value": 412}]},
]
# fmt: on
# Shares of the submissions: sent again although they were stored, and refused, which write nothing.
DUPLICATES, REFUSED = 0.03, 0.02
# Clients that send all day. API Gateway calls the authorizer for each of them when its cache has expired.
CLIENTS = 20
# Milliseconds of a write, the median. Measure it in your account: AWS only promises "single-digit milliseconds".
DYNAMODB_MS = 4

# Custom metrics sent every hour: Stored, Duplicate, Refused, and five that API Gateway counts per method for one route
# (docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html).
METRICS = 8
# Lambda gives a whole processor at this size (docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
PROCESSOR_MB = 1769
# Init of an empty Python 3.13 function on arm64: 86 to 90 ms at 128, 256, 512 and 1,024 MB alike, the means of December
# 2025, 230 cold starts each (github.com/maxday/lambda-perf, data/2025). So memory does not shorten init.
RUNTIME_INIT_MS = 88
# Bytes: what API Gateway adds to a response, DynamoDB to an item, and Tracing to a log line (xray_trace_id).
RESPONSE_HEADERS, ITEM_OVERHEAD, TRACE_ID = 400, 100, 54
# CloudWatch keeps log lines compressed to about this share.
STORED_SHARE = 0.15
# By X-Ray's default rule, the first request of each second and this share of the others are traced
# (docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html).
TRACED = 0.05

# A throttled write occupies its execution for this time on average: before its two retries, the SDK waits up to 1 s and
# up to 2 s, at random. After this number of such writes, an execution has used up the SDK's retry quota
# (botocore/retries/standard.py). Measured with a server that throttles every write, 2026-11-30: 1.46 s and 50 writes.
THROTTLED_SECONDS, THROTTLED_WRITES = 1.5, 50

# Quotas. AWS raises all of them on request, except the last two.
# docs.aws.amazon.com/apigateway/latest/developerguide/limits.html, 2026-11-25.
API_GATEWAY_REQUESTS = 10_000
# New accounts have less (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, 2026-11-25). Lambda serves 10
# requests per second for each, however short (docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html).
LAMBDA_CONCURRENCY = 1_000
# docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html, 2026-11-22.
TABLE_WRITE_UNITS = 40_000
# Of a new on-demand table (docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html).
NEW_TABLE_WRITE_UNITS = 4_000
# Of one partition, and so of one conversation.
PARTITION_WRITE_UNITS = 1_000
ITEM_BYTES = 409_600
