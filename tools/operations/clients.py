"""The API's clients: who may sign in, and with which secrets. A change shuts nobody out for a moment who may get in.

The authorizer accepts the secret's versions AWSCURRENT and AWSPREVIOUS, each an object from api id to api secret; the
previous one counts only for the ids that the current one has. Here both have the same ids, and a client that is being
rotated has a secret of its own in each. Secrets Manager moves AWSPREVIOUS to what was AWSCURRENT with every write, so a
change is two writes:

    before            AWSCURRENT  now      AWSPREVIOUS  old
    first write       AWSCURRENT  old'     AWSPREVIOUS  now      whatever was valid still is
    second write      AWSCURRENT  now'     AWSPREVIOUS  old'

The version that is written first has the label UNFINISHED as well. Found on AWSCURRENT, it tells that a change was
broken off between its writes, or is being made: `now` is written again, and things are as before it. A client that is
removed is out with the first write, because `old'` lacks it.
"""

import json
import re
import secrets
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from tools.operations.errors import OperationError

Secrets = dict[str, str]
"""From api id to api secret."""

UNFINISHED = "UNFINISHED"

# What fits in a header and in a log line, and can't be mistaken for an option.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


class Clients:
    """The clients as they were read. To change one is to write; that is refused if somebody else has written since."""

    def __init__(self, client: Any, secret_id: str) -> None:
        self._client = client
        self._secret_id = secret_id
        self._read()

    def is_rotating(self, api_id: str) -> bool:
        """Tell whether the client can still get in with the secret that it had before its last."""
        return self._previous[api_id] != self.current[api_id]

    def add(self, api_id: str) -> str:
        """Let a new client in; return its secret."""
        if not _ID.fullmatch(api_id):
            allowed = "1 to 128 letters, digits, '.', '_' and '-', and starts with a letter or digit"
            raise OperationError(f"An api id has {allowed}.")
        if api_id in self.current:
            raise OperationError(f"There is a client {api_id} already: rotate it to give it a new secret.")
        secret = secrets.token_urlsafe()
        self._write(self.current | {api_id: secret}, self._previous | {api_id: secret})
        return secret

    def rotate(self, api_id: str) -> str:
        """Give a client a new secret, beside the one that it has; return the new one."""
        self._require(api_id)
        if self.is_rotating(api_id):
            raise OperationError(
                f"{api_id} has two secrets already, and a third would shut out whoever uses the first. "
                f"When it uses its new one, end that rotation with 'finish {api_id}'."
            )
        secret = secrets.token_urlsafe()
        self._write(self.current | {api_id: secret}, self._previous)
        return secret

    def finish(self, api_id: str) -> None:
        """Let a client in with its newest secret only."""
        self._require(api_id)
        if not self.is_rotating(api_id):
            raise OperationError(f"{api_id} is not being rotated: it has one secret.")
        self._write(self.current, self._previous | {api_id: self.current[api_id]})

    def remove(self, api_id: str) -> None:
        """Keep a client out, whichever secret it has."""
        self._require(api_id)
        kept = sorted(self.current.keys() - {api_id})
        if not kept:
            raise OperationError(f"{api_id} is the only client: add another first, or nobody can call the API.")
        self._write({other: self.current[other] for other in kept}, {other: self._previous[other] for other in kept})

    def _require(self, api_id: str) -> None:
        if api_id not in self.current:
            raise OperationError(f"There is no client {api_id}, only: {', '.join(sorted(self.current))}.")

    def _read(self) -> None:
        answer = self._client.get_secret_value(SecretId=self._secret_id)
        self._version: str = answer["VersionId"]
        self.current = _secrets_of(answer)
        previous = self._read_previous()
        if UNFINISHED in answer["VersionStages"]:
            self._put(previous)
            self._read()
            return
        # However the secret was edited, the pair has the same ids.
        self._previous = {api_id: previous.get(api_id, secret) for api_id, secret in self.current.items()}

    def _read_previous(self) -> Secrets:
        gone = self._client.exceptions
        try:
            return _secrets_of(self._client.get_secret_value(SecretId=self._secret_id, VersionStage="AWSPREVIOUS"))
        except gone.ResourceNotFoundException:
            return self.current  # the secret was never changed
        except (gone.DecryptionFailure, gone.InvalidRequestException, OperationError):
            return self.current  # it lets nobody in, so nothing is lost with it

    def _write(self, current: Secrets, previous: Secrets) -> None:
        self._put(previous, UNFINISHED)
        self._put(current)

    def _put(self, content: Secrets, *labels: str) -> None:
        # Derived from the version that this one follows: of two writers who have read the same version, Secrets
        # Manager refuses the second, because its content differs under the same token.
        token = str(uuid5(NAMESPACE_OID, f"{self._secret_id} after {self._version}"))
        try:
            self._client.put_secret_value(
                SecretId=self._secret_id,
                SecretString=json.dumps(content),
                ClientRequestToken=token,
                VersionStages=["AWSCURRENT", *labels],
            )
        except self._client.exceptions.ResourceExistsException as error:
            raise OperationError(
                "Somebody else is changing the clients at this moment. Nothing was changed here: run the command again."
            ) from error
        self._version = token


def _secrets_of(answer: dict[str, Any]) -> Secrets:
    """Return what a version of the secret holds. Raises OperationError, which never quotes it."""
    try:
        data = json.loads(answer.get("SecretString", ""))
    except ValueError:
        data = None
    if not isinstance(data, dict) or not all(secret and isinstance(secret, str) for secret in data.values()):
        # From None: a parser's error may quote the secret.
        raise OperationError(
            "The secret is not a JSON object from api id to api secret. Put it right in Secrets Manager first."
        ) from None
    return data
