"""Clients of the emulated AWS. They use nothing of the developer's own account."""

import os
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from tools.local.programs import REGION, session_token

_CONFIG = Config(proxies={}, retries={"total_max_attempts": 1}, max_pool_connections=64)


def client(service: str, endpoint: str) -> Any:
    """Return a client of a service at the endpoint. It ignores profiles, regions and proxies of the environment."""
    no_profile = {"profile": (None, None, None, None), "config_file": (None, None, os.devnull, None)}
    # Any: boto3's types have a client only for the literal name of a service.
    session: Any = boto3.Session(botocore_session=botocore.session.Session(no_profile))
    return session.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 -- the emulator takes any
        aws_session_token=session_token(),
        config=_CONFIG,
    )
