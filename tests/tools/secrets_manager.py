"""A secret under AWS's documented rules for tokens and staging labels, which moto does not keep."""

import json
from datetime import UTC, datetime
from uuid import uuid4


class SecretsManager:
    """Secrets Manager with one secret, as its client shows it.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
    """

    class ResourceExistsException(Exception):  # noqa: N818 -- Secrets Manager's name
        """Another version has this token."""

    def __init__(self, content):
        self.exceptions = self
        self.versions = {}
        self.labels = {}
        self.changes = 0
        self.put_secret_value(SecretString=content if isinstance(content, str) else json.dumps(content))

    def put_secret_value(self, SecretString, ClientRequestToken=None, **_):  # noqa: N803 -- Secrets Manager's
        token = ClientRequestToken or str(uuid4())
        if token not in self.versions:
            self.versions[token] = SecretString
            self.make_current(token)
        elif self.versions[token] != SecretString:
            raise self.ResourceExistsException
        # The same content under the same token is ignored, whichever version is current.

    @property
    def content(self):
        """What the current version holds."""
        return self.versions[self.labels["AWSCURRENT"]]

    def make_current(self, version):
        """Do what UpdateSecretVersionStage does with AWSCURRENT."""
        if version != self.labels.get("AWSCURRENT"):
            self.labels |= {"AWSPREVIOUS": self.labels.get("AWSCURRENT"), "AWSCURRENT": version}
            self.changes += 1

    def describe_secret(self, **_):
        versions = {version: [] for version in self.labels.values() if version}
        for label, version in self.labels.items():
            if version:
                versions[version].append(label)
        return {
            "LastChangedDate": datetime.fromtimestamp(1_800_000_000 + self.changes, UTC),
            "VersionIdsToStages": versions,
        }

    def get_secret_value(self, VersionId=None, **_):  # noqa: N803 -- Secrets Manager's
        return {"SecretString": self.versions[VersionId or self.labels["AWSCURRENT"]]}
