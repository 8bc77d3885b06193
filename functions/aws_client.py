"""The functions' AWS clients, and how they behave: short timeouts, few retries, no needless work a call."""

import os
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.session import get_session

CONFIG = Config(
    # A healthy call takes milliseconds. Three attempts of at most 2 s each, back-off included, end before
    # the function's own timeout does, so the caller gets a 503 from the code instead of a cut connection.
    connect_timeout=1,
    read_timeout=1,
    retries={"mode": "standard", "total_max_attempts": 3},
    # The models have validated what is sent; botocore's own check would only repeat it.
    parameter_validation=False,
    # A fixed text spares botocore from composing one for every request.
    user_agent="conversation-metadata",
)

# Whom to trust. urllib3 reads the whole bundle for every new connection, and botocore's own has 126 roots: with
# Amazon's five, a first request takes a third of the CPU time. AWS_CA_BUNDLE names another, as a TLS proxy needs.
CA_BUNDLE = os.environ.get("AWS_CA_BUNDLE") or str(Path(__file__).with_name("amazon-roots.pem"))


def create_client(service: str, *, config: Config = CONFIG, endpoint_url: str | None = None) -> Any:
    """Return botocore's client of a service, which is what boto3 would hand out.

    boto3 adds resources and file transfers to it. Nobody here uses them, and they are 7% of a cold start.
    """
    return get_session().create_client(service, config=config, endpoint_url=endpoint_url, verify=CA_BUNDLE)
