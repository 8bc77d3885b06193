"""Client credentials: read from Secrets Manager, cached briefly, compared in constant time."""

import os
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any

from aws_lambda_powertools.utilities.parameters import SecretsProvider, TransformParameterError

from aws_client import create_client
from json_object import Json

SECRET_ARN = os.environ["CREDENTIALS_SECRET_ARN"]
CACHE_SECONDS = int(os.environ["CREDENTIALS_CACHE_SECONDS"])

# Compared for an unknown id, so that the check takes as long as for a wrong secret.
_DUMMY_SECRET = token_urlsafe()

# Its cache expires by the wall clock: the monotonic clock may stop while Lambda freezes the environment.
_provider = SecretsProvider(boto3_client=create_client("secretsmanager"))


class CredentialsError(Exception):
    """The secret is not a JSON object that maps api ids to secrets."""


def read_clients() -> Json:
    """Return the current clients: by api id, a secret or a list of valid ones. Any failure to read them raises."""
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
    claimed = api_secret.encode(errors="surrogatepass")
    # A list, so that every secret is compared.
    return True in [compare_digest(it.encode(errors="surrogatepass"), claimed) for it in usable or [_DUMMY_SECRET]]
