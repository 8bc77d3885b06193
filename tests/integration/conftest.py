"""Bad days: what AWS answers, or doesn't, in place of moto or after it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse


@pytest.fixture
def answering(monkeypatch) -> Callable[..., AbstractContextManager[list[str]]]:
    """Has AWS answer each attempt of a call with a status and a body, or an exception; gives the list of attempts.

    `only` names a text without which a request is left to moto, `times` a number of attempts after which it is. With
    `applied`, moto has done its part before the answer is lost. The SDK's retries come at once, and no test has used up
    another's.
    """
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda *_: True)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)

    @contextmanager
    def answer(
        client: Any,
        failure: Exception | tuple[int, str | bytes],
        *,
        only: str = "",
        times: int = 100,
        applied: bool = False,
    ) -> Iterator[list[str]]:
        attempts: list[str] = []

        def respond(request: Any, event_name: str, **_: Any) -> AWSResponse | None:
            if only not in str(request.body) or len(attempts) == times:
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
