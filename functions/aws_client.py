"""The functions' AWS clients, and how they behave: short timeouts, few retries, no needless work a call."""

import logging
from typing import Any

import boto3
from botocore.config import Config

CONFIG = Config(
    # A healthy call takes milliseconds, the worst 19 s: three attempts of 2 s, with waits of 1 s and 2 s between them
    # after throttling, each 5 s longer where an answer has x-amz-retry-after (botocore/retries/standard.py). A
    # function's timeout is longer, so the caller gets a 503 from the code and not a cut connection.
    connect_timeout=1,
    read_timeout=1,
    retries={"mode": "standard", "total_max_attempts": 3},
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
