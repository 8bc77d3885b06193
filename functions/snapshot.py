"""SnapStart: what a first request would do for the first time is done before the snapshot is taken.

Nothing is sent and nothing signed, so the snapshot holds no connection, which would be dead when it is restored, and
no credentials.
"""

import codecs
import os
from collections.abc import Callable
from io import BytesIO
from typing import Any

import botocore
from botocore.awsrequest import AWSResponse
from urllib3 import HTTPResponse

_IS_TAKEN = os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"


def rehearse(client: Any, request: Callable[[], object]) -> None:
    """Where a snapshot will be taken, run `request`, with every call of `client` unsigned and answered by {}."""
    if not _IS_TAKEN:
        return
    # Python loads it, and Unicode's tables with it, to look up the first host name.
    codecs.lookup("idna")
    replacements = {"choose-signer": _leave_unsigned, "before-send": _answer}
    for event, replacement in replacements.items():
        client.meta.events.register(event, replacement)
    request()
    for event, replacement in replacements.items():
        client.meta.events.unregister(event, replacement)


def _leave_unsigned(**_: object) -> object:
    return botocore.UNSIGNED


def _answer(request: Any, **_: object) -> AWSResponse:
    return AWSResponse(request.url, 200, {}, HTTPResponse(BytesIO(b"{}"), preload_content=False))
