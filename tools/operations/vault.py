"""The clients' secret in Secrets Manager, changed so that nobody who may get in is kept out for a moment.

Secrets Manager moves AWSPREVIOUS to what was AWSCURRENT with every write, so a change is two writes:

    before            AWSCURRENT  now      AWSPREVIOUS  old
    first write       AWSCURRENT  old'     AWSPREVIOUS  now      whatever was valid still is
    second write      AWSCURRENT  now'     AWSPREVIOUS  old'

The version that is written first has the label UNFINISHED as well. Found on AWSCURRENT, it tells that a change was
broken off between its writes, or is being made: `now` is written again, and things are as before it.

The authorizer takes from AWSPREVIOUS only the ids that AWSCURRENT has. `old'` has the ids of `now'`, so a client that
stays is in both versions all the time, and one that is removed is out with the first write.
"""

import json
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from tools.operations.clients import Clients, Secrets, read_secrets
from tools.operations.errors import OperationError

UNFINISHED = "UNFINISHED"


class Vault:
    """The secret, as it was read."""

    def __init__(self, client: Any, secret: str) -> None:
        """Read the secret."""
        self._client = client
        self._secret = secret
        self._read()
        if self._is_unfinished:
            self._put(self._previous)
            self._read()

    def write(self, clients: Clients) -> None:
        """Replace what was read. Raises OperationError if somebody else has done so since."""
        self._put(clients.previous, UNFINISHED)
        self._put(clients.current)

    def _read(self) -> None:
        current = self._client.get_secret_value(SecretId=self._secret)
        self._version: str = current["VersionId"]
        self._is_unfinished = UNFINISHED in current["VersionStages"]
        now = read_secrets(current.get("SecretString"))
        self._previous = self._read_previous(now)
        self.clients = Clients.of(now, self._previous)

    def _read_previous(self, now: Secrets) -> Secrets:
        gone = self._client.exceptions
        try:
            previous = self._client.get_secret_value(SecretId=self._secret, VersionStage="AWSPREVIOUS")
            return read_secrets(previous.get("SecretString"))
        except gone.ResourceNotFoundException:
            return now  # the secret was never changed
        except (gone.DecryptionFailure, gone.InvalidRequestException, OperationError):
            return now  # it lets nobody in, so nothing is lost with it

    def _put(self, secrets: Secrets, *labels: str) -> None:
        # Derived from the version that this one follows: of two writers who have read the same version, Secrets
        # Manager refuses the second, because its content differs under the same token.
        token = str(uuid5(NAMESPACE_OID, f"{self._secret} after {self._version}"))
        try:
            self._client.put_secret_value(
                SecretId=self._secret,
                SecretString=json.dumps(secrets),
                ClientRequestToken=token,
                VersionStages=["AWSCURRENT", *labels],
            )
        except self._client.exceptions.ResourceExistsException as error:
            raise OperationError(
                "Somebody else is changing the clients at this moment. Nothing was changed here: run the command again."
            ) from error
        self._version = token
