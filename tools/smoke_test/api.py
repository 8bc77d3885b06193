"""The API to test: of a stack in AWS, at a URL, or of the running `make serve`."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from tools.local.stack import served
from tools.operations.clients import Clients
from tools.operations.target import Target, find_target

LOOPBACK = {"127.0.0.1", "localhost"}


class ApiError(Exception):
    """The API can't be tested. The message says what to do."""


@dataclass(frozen=True)
class Api:
    """An API, as one of its clients sees it."""

    name: str
    url: str
    api_id: str
    api_secret: str
    target: Target | None = None
    """The stack, if the test has access to its table."""

    def __post_init__(self) -> None:
        """Raise ApiError if the credentials can't be sent."""
        for name, value in self.credentials.items():
            if not value or not value.isascii() or not value.isprintable():
                raise ApiError(f"The {name} is empty or contains characters that no header can hold.")

    @property
    def credentials(self) -> dict[str, str]:
        """The headers that authenticate the client."""
        return {"asapp-api-id": self.api_id, "asapp-api-secret": self.api_secret}


def stack_api(stack: str, api_id: str | None, *, local: bool = False) -> Api:
    """Return the API of a stack, as the client with this id, or else the first one, with its newest secret."""
    target = find_target(stack, local=local)
    clients = Clients(target.client("secretsmanager"), target.secret)
    for chosen in [api_id] if api_id else sorted(clients.entries):
        if secrets := clients.secrets_of(chosen):
            return Api(target.description, _url(target, stack, local=local), chosen, secrets[-1], target)
    raise ApiError("No client has a usable secret: see 'python -m tools.operations clients list'.")


def _url(target: Target, stack: str, *, local: bool) -> str:
    if local:
        return served()["url"]
    [description] = target.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    [url] = [output["OutputValue"] for output in description["Outputs"] if output["OutputKey"] == "ApiUrl"]
    return str(url)


def api_at(url: str, environment: Mapping[str, str]) -> Api:
    """Return the API at a base URL, as the client that the environment names."""
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ApiError("URL must begin with https://, so that the secret is encrypted on its way.")
    if not parts.hostname or parts.query or "/metadata-ingestion" in parts.path:
        raise ApiError("URL must be the base URL, without /metadata-ingestion: https://HOST or https://HOST/live.")
    if missing := [name for name in ("API_ID", "API_SECRET") if not environment.get(name)]:
        raise ApiError(f"With URL, export the client's id and secret first: {' and '.join(missing)} missing.")
    return Api("API", url.rstrip("/"), environment["API_ID"], environment["API_SECRET"])
