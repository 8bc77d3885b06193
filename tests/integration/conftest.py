"""Failures of AWS, before or after moto has carried out a request."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse


@pytest.fixture
def answering(monkeypatch) -> Callable[..., AbstractContextManager[list[str]]]:
    """Answers each attempt of a call with a status and a body, or an exception; yields the list of attempts.

    Only the first `times` attempts fail. With `applied`, moto carries out the request before its response is lost. The
    SDK retries without waiting, and has its full retry quota in each test.
    """
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda *_: True)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)

    @contextmanager
    def answer(
        client: Any,
        failure: Exception | tuple[int, str | bytes],
        *,
        times: int = 100,
        applied: bool = False,
    ) -> Iterator[list[str]]:
        attempts: list[str] = []

        def respond(request: Any, event_name: str, **_: Any) -> AWSResponse | None:
            if len(attempts) == times:
                return None
            attempts.append(event_name)
            if isinstance(failure, Exception):
                raise failure
            status, body = failure
            content = body if isinstance(body, bytes) else body.encode()
            return AWSResponse(request.url, status, {}, MockRawResponse(content))

        events = client.meta.events
        register = events.register_last if applied else events.register_first
        register("before-send", respond)
        try:
            yield attempts
        finally:
            events.unregister("before-send", respond)

    return answer
