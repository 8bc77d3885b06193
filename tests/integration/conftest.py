"""Bad days: what AWS answers, or doesn't, in place of moto or after it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse

Respond = Callable[..., AWSResponse | None]


@pytest.fixture
def no_back_off(monkeypatch) -> None:
    """The SDK's retries come at once, and no test has used up another's."""
    monkeypatch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda *_: True)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)


@pytest.fixture
def on_request(no_back_off) -> Iterator[Callable[[Any, Respond], None]]:  # noqa: ARG001 -- no test waits
    """Calls a function for every attempt that a client makes of a call, after moto has done its part.

    What the function returns is the response, where moto does not play: None leaves it to moto. What it raises is
    what became of the connection.
    """
    registered = []

    def register(client: Any, respond: Respond) -> None:
        client.meta.events.register_last("before-send", respond)
        registered.append((client, respond))

    yield register
    for client, respond in registered:
        client.meta.events.unregister("before-send", respond)


@pytest.fixture
def answer_with(on_request) -> Callable[..., list[str]]:
    """Lets AWS answer each attempt with a status and a body, or with an exception; gives the list of attempts."""

    def arrange(client: Any, failure: Exception | tuple[int, str]) -> list[str]:
        attempts = []

        def respond(request: Any, event_name: str, **_: Any) -> AWSResponse:
            attempts.append(event_name)
            if isinstance(failure, Exception):
                raise failure
            status, body = failure
            return AWSResponse(request.url, status, {}, MockRawResponse(body))

        on_request(client, respond)
        return attempts

    return arrange
