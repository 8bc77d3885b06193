"""The functions' AWS clients, and how they behave: short timeouts, few retries, no needless work a call."""

import logging
from typing import Any

import boto3
from botocore.config import Config

ATTEMPTS = 3
CONNECT_SECONDS = 1
READ_SECONDS = 1
CALL_SECONDS = 19
"""What a call takes at the very most: three attempts of 2 s, and the two waits between them.

The SDK waits up to 1 s and then 2 s after throttling, and up to 5 s longer where an answer has an
`x-amz-retry-after` header (botocore/retries/standard.py, ExponentialBackoff).
"""

CONFIG = Config(
    # A healthy call takes milliseconds. A call ends before its function's timeout does, so the caller gets a 503 from
    # the code instead of a cut connection.
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    # The models have validated what is sent; botocore's own check would only repeat it.
    parameter_validation=False,
    # A fixed text spares botocore from composing one for every request.
    user_agent="conversation-metadata",
)

# "Found credentials in environment variables." is no news in Lambda.
logging.getLogger("botocore").setLevel(logging.WARNING)


def create_client(service: str, config: Config = CONFIG) -> Any:
    """Return boto3's client of a service."""
    # Any: the types of boto3 know a client only by the literal name of its service.
    make: Any = boto3.client
    return make(service, config=config)
