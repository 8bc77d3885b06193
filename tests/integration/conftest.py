"""Bad days: what AWS answers, or doesn't, in place of moto or after it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse


@pytest.fixture
def on_request(monkeypatch) -> Iterator[Callable[..., None]]:
    """Calls a function for every attempt that a client makes of a call, after moto has done its part, or before it.

    What it returns before moto is the response, None leaves it to moto. What it raises is what became of the
    connection. The SDK's retries come at once, and no test has used up another's.
    """
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda *_: True)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    registered = []

    def register(client: Any, respond: Callable[..., AWSResponse | None], *, before_moto: bool = False) -> None:
        events = client.meta.events
        (events.register_first if before_moto else events.register_last)("before-send", respond)
        registered.append((events, respond))

    yield register
    for events, respond in registered:
        events.unregister("before-send", respond)


@pytest.fixture
def answer_with(on_request) -> Callable[..., list[str]]:
    """Lets AWS answer each attempt with a status and a body, or with an exception; gives the list of attempts.

    `only` names a text without which a request is left to moto.
    """

    def arrange(client: Any, failure: Exception | tuple[int, str], only: str = "") -> list[str]:
        attempts = []

        def respond(request: Any, event_name: str, **_: Any) -> AWSResponse | None:
            if only not in str(request.body):
                return None
            attempts.append(event_name)
            if isinstance(failure, Exception):
                raise failure
            status, body = failure
            return AWSResponse(request.url, status, {}, MockRawResponse(body))

        on_request(client, respond, before_moto=True)
        return attempts

    return arrange
