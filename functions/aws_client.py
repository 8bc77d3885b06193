"""AWS clients with short timeouts, few retries and little overhead per call."""

import logging
from typing import Any

import boto3
from botocore.config import Config

CONFIG = Config(
    # A healthy call takes milliseconds, the slowest 19 s: three attempts of 2 s, with waits of 1 s and 2 s after
    # throttling, each 5 s longer if the response has x-amz-retry-after (botocore/retries/standard.py). The functions'
    # timeouts are longer, so that callers get a 503 instead of a dropped connection.
    connect_timeout=1,
    read_timeout=1,
    retries={"mode": "standard", "total_max_attempts": 3},
    # The models have already validated the parameters.
    parameter_validation=False,
    # With a fixed user agent, botocore does not build one per request.
    user_agent="conversation-metadata",
)

# Suppress "Found credentials in environment variables.", which every cold start would log.
logging.getLogger("botocore").setLevel(logging.WARNING)


def create_client(service: str, config: Config = CONFIG) -> Any:
    """Return a boto3 client for a service."""
    # Any: boto3's type stubs accept only literal service names.
    new_client: Any = boto3.client
    return new_client(service, config=config)
