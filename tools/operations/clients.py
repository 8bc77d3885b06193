"""The API's clients: one JSON object in Secrets Manager, from api id to a secret or a list of secrets.

A change is one write. Its ClientRequestToken names the state that was read, with the time, because an older version can
be made current again. Secrets Manager rejects other content under a used token, so of two operators one is rejected:
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
"""

import json
from secrets import token_urlsafe
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from tools.errors import CommandError


class Clients:
    """The clients as they were read. A change is named like its command; `write` stores it."""

    def __init__(self, client: Any, secret_id: str) -> None:
        self._client, self._secret_id = client, secret_id
        described = client.describe_secret(SecretId=secret_id)
        self.changed_at = described["LastChangedDate"]
        [version] = [version for version, labels in described["VersionIdsToStages"].items() if "AWSCURRENT" in labels]
        self._token = str(uuid5(NAMESPACE_OID, f"{version} {self.changed_at.timestamp()}"))
        try:
            content = client.get_secret_value(SecretId=secret_id, VersionId=version)["SecretString"]
            self.entries: dict[str, Any] = dict(json.loads(content).items())
        except (AttributeError, KeyError, ValueError, RecursionError):
            # From None, because the parser's exception holds the secret.
            raise CommandError(
                "The secret must be a JSON object. Restore a good version: docs/operations.md, AuthorizerAlarm."
            ) from None

    def secrets_of(self, api_id: str) -> list[str]:
        """Return the client's valid secrets, the newest last."""
        if api_id not in self.entries:
            raise CommandError(f"Client {api_id} does not exist. Clients: {', '.join(sorted(self.entries))}.")
        entry = self.entries[api_id]
        return [it for it in (entry if isinstance(entry, list) else [entry]) if it and isinstance(it, str)]

    def add(self, api_id: str) -> None:
        """Add a client and print its secret once."""
        if api_id in self.entries:
            raise CommandError(f"Client {api_id} already exists. For a new secret, run 'rotate {api_id}'.")
        self.entries[api_id] = token_urlsafe()

    def rotate(self, api_id: str) -> None:
        """Give a client a second secret and print it once; both are valid until "finish"."""
        if len(valid := self.secrets_of(api_id)) > 1:
            raise CommandError(f"{api_id} already has two secrets. Once it uses the second, run 'finish {api_id}'.")
        self.entries[api_id] = [*valid, token_urlsafe()]

    def finish(self, api_id: str) -> None:
        """End a rotation: only the newest secret stays valid."""
        if not (valid := self.secrets_of(api_id))[1:]:
            raise CommandError(f"{api_id} has only one secret, so there is no rotation to finish.")
        self.entries[api_id] = valid[-1]

    def remove(self, api_id: str) -> None:
        """Remove a client and all its secrets."""
        if self.secrets_of(api_id) and not any(self.secrets_of(other) for other in self.entries if other != api_id):
            raise CommandError(f"{api_id} is the only client. Add another one first, or nobody can call the API.")
        del self.entries[api_id]

    def write(self) -> None:
        """Store the change. Raise CommandError unless it has become the current version."""
        try:
            labels = self._client.put_secret_value(
                SecretId=self._secret_id, SecretString=json.dumps(self.entries), ClientRequestToken=self._token
            )["VersionStages"]
        except self._client.exceptions.ResourceExistsException:
            labels = []
        if "AWSCURRENT" not in labels:
            raise CommandError("Someone else is changing the clients. Nothing was changed. Run the command again.")
