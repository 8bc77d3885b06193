"""Client credentials: read from Secrets Manager, cached briefly, compared in constant time."""

import os
import secrets
from hmac import compare_digest
from typing import Any

from aws_lambda_powertools.utilities.parameters import SecretsProvider, TransformParameterError

from aws_client import create_client
from json_object import Json

SECRET_ARN = os.environ["CREDENTIALS_SECRET_ARN"]
CACHE_SECONDS = int(os.environ["CREDENTIALS_CACHE_SECONDS"])

# Compared for an unknown id, so that the check takes as long as for a wrong secret.
_DUMMY_SECRET = secrets.token_urlsafe()

# Its cache expires by the wall clock: the monotonic clock may stop while Lambda freezes the environment.
_provider = SecretsProvider(boto3_client=create_client("secretsmanager"))


class CredentialsError(Exception):
    """The secret is not a JSON object that maps api ids to secrets."""


def read_clients() -> Json:
    """Return the secret's current version: by api id, a secret or a list of secrets that are all valid.

    Fails closed: raises any error that prevents reading it. Only Secrets Manager returns a SecretString.
    """
    try:
        clients = _provider.get(SECRET_ARN, max_age=CACHE_SECONDS, transform="json")
    except (TransformParameterError, UnicodeDecodeError):
        clients = None
    if not isinstance(clients, dict):
        # Without a cause, because the parser's exception holds the secret.
        raise CredentialsError("The secret must be a JSON object from api id to a secret or a list of secrets")
    return clients


def is_valid(entry: Any, api_secret: str) -> bool:
    """Return whether a client's entry holds the secret. An entry without a non-empty string holds none."""
    usable = [it for it in (entry if isinstance(entry, list) else [entry]) if it and isinstance(it, str)]
    # Every secret is compared, whichever matches.
    matches = [compare_digest(_bytes(secret), _bytes(api_secret)) for secret in usable or [_DUMMY_SECRET]]
    return any(matches)


def _bytes(secret: str) -> bytes:
    return secret.encode(errors="surrogatepass")
