"""The API's clients: one JSON object in Secrets Manager, from api id to a secret or a list of secrets.

A change is one write. Its ClientRequestToken is derived from the state that was read, and Secrets Manager rejects other
content under a token that exists: of two operators who read the same state, one is rejected. It ignores the same
content, so a token must never repeat, even if an operator makes an older version current again.
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
"""

import json
import re
import secrets
import time
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from tools.operations.errors import OperationError


class Clients:
    """The clients as they were read. Each change is named like its command and returns the new secret, if any."""

    def __init__(self, client: Any, secret_id: str) -> None:
        self._client, self._secret_id = client, secret_id
        self.changed_at, self._labels = self._describe()
        version = client.get_secret_value(SecretId=secret_id, VersionId=self._labels["AWSCURRENT"])
        try:
            self.entries: dict[str, Any] = dict(json.loads(version["SecretString"]).items())
        except (AttributeError, KeyError, ValueError, RecursionError):
            # From None, because the parser's exception holds the secret.
            raise OperationError(
                "The secret must be a JSON object from api id to a secret or a list of secrets. "
                "Restore a good version: docs/operations.md, AuthorizerAlarm."
            ) from None

    def secrets_of(self, api_id: str) -> list[str]:
        """Return the client's valid secrets, the newest last."""
        if api_id not in self.entries:
            raise OperationError(f"Client {api_id} does not exist. Clients: {', '.join(sorted(self.entries))}.")
        entry = self.entries[api_id]
        return [it for it in (entry if isinstance(entry, list) else [entry]) if it and isinstance(it, str)]

    def add(self, api_id: str) -> str:
        """Add a client and print its secret once."""
        # It must fit in a header and in a log entry.
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", api_id):
            allowed = "1 to 128 letters, digits, '.', '_', or '-', starting with a letter or digit"
            raise OperationError(f"Invalid api id. Use {allowed}.")
        if api_id in self.entries:
            raise OperationError(f"Client {api_id} already exists. For a new secret, run 'rotate {api_id}'.")
        return self._write(api_id, [secrets.token_urlsafe()])

    def rotate(self, api_id: str) -> str:
        """Give a client a second secret and print it once; both are valid until "finish"."""
        if len(valid := self.secrets_of(api_id)) > 1:
            raise OperationError(
                f"{api_id} already has two secrets. Once it uses the new one, the last in Secrets Manager, "
                f"run 'finish {api_id}'."
            )
        return self._write(api_id, [*valid, secrets.token_urlsafe()])

    def finish(self, api_id: str) -> None:
        """End a rotation: only the newest secret stays valid."""
        if not (valid := self.secrets_of(api_id))[1:]:
            raise OperationError(f"{api_id} has only one secret, so there is no rotation to finish.")
        self._write(api_id, valid[-1:])

    def remove(self, api_id: str) -> None:
        """Remove a client and all its secrets."""
        if self.secrets_of(api_id) and not any(self.secrets_of(other) for other in self.entries if other != api_id):
            raise OperationError(f"{api_id} is the only client. Add another one first, or nobody can call the API.")
        self._write(api_id, [])

    def _write(self, api_id: str, valid: list[str]) -> str:
        others = {other: entry for other, entry in self.entries.items() if other != api_id}
        entry = {api_id: valid if len(valid) > 1 else valid[0]} if valid else {}
        token = str(uuid5(NAMESPACE_OID, repr((self.changed_at.timestamp(), sorted(self._labels.items())))))
        try:
            self._client.put_secret_value(
                SecretId=self._secret_id, SecretString=json.dumps(others | entry), ClientRequestToken=token
            )
        except self._client.exceptions.ResourceExistsException as error:
            raise OperationError(
                "Someone else is changing the clients. Your change was not made. Run the command again."
            ) from error
        # A change is not visible at once: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
        for _ in range(10):
            _, labels = self._describe()
            if labels != self._labels:
                break
            time.sleep(1)
        # An edit by hand has a token of its own, so Secrets Manager cannot reject it.
        if (labels["AWSCURRENT"], labels.get("AWSPREVIOUS")) != (token, self._labels["AWSCURRENT"]):
            raise OperationError(
                "The secret does not have the expected version. Did someone change it by hand at the same time? "
                "Run 'clients list', and repeat what is missing."
            )
        return "".join(valid[-1:])

    def _describe(self) -> tuple[Any, dict[str, str]]:
        """Return the time of the secret's last change, and the version of each staging label."""
        described = self._client.describe_secret(SecretId=self._secret_id)
        versions = described["VersionIdsToStages"].items()
        return described["LastChangedDate"], {label: version for version, labels in versions for label in labels}
