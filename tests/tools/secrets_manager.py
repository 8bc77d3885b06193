"""A secret under AWS's documented rules for tokens and staging labels, which moto does not keep."""

import json
from datetime import UTC, datetime
from uuid import uuid4


class SecretsManager:
    """Secrets Manager with one secret, as its client shows it.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
    """

    class ResourceExistsException(Exception):  # noqa: N818 -- Secrets Manager's name
        """Another version has this token."""

    def __init__(self, clients):
        self.exceptions = self
        self.versions, self.current, self.changes = {}, "", 0
        self.put_secret_value(SecretString=json.dumps(clients))

    @property
    def content(self):
        """What the current version holds."""
        return self.versions[self.current]

    def make_current(self, version):
        """Do what UpdateSecretVersionStage does with AWSCURRENT."""
        self.current = version
        self.changes += 1

    def put_secret_value(self, SecretString, ClientRequestToken=None, **_):  # noqa: N803 -- Secrets Manager's
        token = ClientRequestToken or str(uuid4())
        if token not in self.versions:
            self.versions[token] = SecretString
            self.make_current(token)
        elif self.versions[token] != SecretString:
            raise self.ResourceExistsException
        # The same content under the same token is ignored, whichever version is current.
        return {"VersionStages": self._labels(token)}

    def describe_secret(self, **_):
        changed_at = datetime.fromtimestamp(1_800_000_000 + self.changes, UTC)
        return {"LastChangedDate": changed_at, "VersionIdsToStages": {it: self._labels(it) for it in self.versions}}

    def get_secret_value(self, VersionId=None, **_):  # noqa: N803 -- Secrets Manager's
        return {"SecretString": self.versions[VersionId or self.current]}

    def _labels(self, version):
        return ["AWSCURRENT"] if version == self.current else []
