"""The API's clients: who they are, and what each may sign in with.

The authorizer accepts the secret's versions AWSCURRENT and AWSPREVIOUS, each an object from api id to api secret; the
previous one counts only for the ids that the current one has. So a client has two secrets while it is being rotated.
Each change here is a function from one such pair to the next. Both versions of a pair have the same ids: whichever of
them becomes the current one first, nobody is left out of it.
"""

import json
import re
import secrets
from dataclasses import dataclass

from tools.operations.errors import OperationError

Secrets = dict[str, str]
"""From api id to api secret."""

# What fits in a header and in a log line, and can't be mistaken for an option.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True)
class Clients:
    """Everything that lets a client in. Outside a rotation, both of a client's secrets are the same."""

    current: Secrets
    previous: Secrets

    @classmethod
    def of(cls, current: Secrets, previous: Secrets) -> "Clients":
        """Return the clients of two versions of the secret, however these were edited."""
        return cls(current, {api_id: previous.get(api_id, secret) for api_id, secret in current.items()})

    def is_rotating(self, api_id: str) -> bool:
        """Tell whether the client can still get in with the secret that it had before its last."""
        return self.previous[api_id] != self.current[api_id]

    def add(self, api_id: str) -> "tuple[Clients, str]":
        """Let a new client in; return its secret as well."""
        if not _ID.fullmatch(api_id):
            allowed = "1 to 128 letters, digits, '.', '_' and '-', and starts with a letter or digit"
            raise OperationError(f"An api id has {allowed}.")
        if api_id in self.current:
            raise OperationError(f"There is a client {api_id} already: rotate it to give it a new secret.")
        secret = secrets.token_urlsafe()
        return Clients(self.current | {api_id: secret}, self.previous | {api_id: secret}), secret

    def rotate(self, api_id: str) -> "tuple[Clients, str]":
        """Give a client a new secret, beside the one that it has; return it as well."""
        self._require(api_id)
        if self.is_rotating(api_id):
            raise OperationError(
                f"{api_id} has two secrets already, and a third would shut out whoever uses the first. "
                f"When it uses its new one, end that rotation with 'finish {api_id}'."
            )
        secret = secrets.token_urlsafe()
        return Clients(self.current | {api_id: secret}, self.previous), secret

    def finish(self, api_id: str) -> "tuple[Clients, None]":
        """Let the client in with its newest secret only."""
        self._require(api_id)
        if not self.is_rotating(api_id):
            raise OperationError(f"{api_id} is not being rotated: it has one secret.")
        return Clients(self.current, self.previous | {api_id: self.current[api_id]}), None

    def remove(self, api_id: str) -> "tuple[Clients, None]":
        """Keep the client out, whichever secret it has."""
        self._require(api_id)
        if not self.current.keys() - {api_id}:
            raise OperationError(f"{api_id} is the only client: add another first, or nobody can call the API.")
        kept = [{other: it[other] for other in it if other != api_id} for it in (self.current, self.previous)]
        return Clients(*kept), None

    def _require(self, api_id: str) -> None:
        if api_id not in self.current:
            raise OperationError(f"There is no client {api_id}, only: {', '.join(sorted(self.current))}.")


def read_secrets(text: str | None) -> Secrets:
    """Return what a version of the secret holds. Raises OperationError, which never quotes it."""
    try:
        data = json.loads(text or "")
    except ValueError:
        data = None
    if not isinstance(data, dict) or not all(secret and isinstance(secret, str) for secret in data.values()):
        # From None: a parser's error may quote the secret.
        raise OperationError(
            "The secret is not a JSON object from api id to api secret. Put it right in Secrets Manager first."
        ) from None
    return data
