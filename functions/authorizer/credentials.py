"""The clients' credentials: read from Secrets Manager, kept for a short time, compared in constant time."""

import json
import os
import secrets
import time
from hashlib import sha256
from hmac import compare_digest

from botocore.config import Config
from botocore.exceptions import ClientError

from aws_client import CONFIG, create_client
from telemetry import logger

SECRET_ARN = os.environ["CREDENTIALS_SECRET_ARN"]
CACHE_SECONDS = int(os.environ["CREDENTIALS_CACHE_SECONDS"])

Digests = dict[str, bytes]
"""SHA-256 of each client's secret, by api id."""

# What the secret of an unknown id is compared with, so that it costs the same as a wrong one.
_NOBODY = secrets.token_bytes(32)

# What a previous version answers that will never be readable again. All else can pass.
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html#API_GetSecretValue_Errors
_GONE = {"AccessDeniedException", "DecryptionFailure", "InvalidRequestException"}

# Two attempts a read, so that the reads of both versions end before the function's timeout.
_TWICE = Config(retries={"mode": "standard", "total_max_attempts": 2})
_secretsmanager = create_client("secretsmanager", CONFIG.merge(_TWICE))
_cache: tuple[float, tuple[Digests, Digests]] = (0, ({}, {}))


class CredentialsError(Exception):
    """The secret does not hold a JSON object from api id to api secret."""


class UnansweredError(Exception):
    """Secrets Manager has not answered, whatever has."""


def are_valid(api_id: str, api_secret: str) -> bool:
    """Tell whether the secret is the client's, in the current version or, during a rotation, the previous one.

    Raises whatever kept the secret from being read: then nobody gets in.
    """
    given = sha256(api_secret.encode(errors="surrogatepass")).digest()
    matches = [compare_digest(digests.get(api_id, _NOBODY), given) for digests in _versions()]
    return any(matches)


def _versions() -> tuple[Digests, Digests]:
    global _cache  # noqa: PLW0603 -- what one execution environment remembers between its requests
    expires, versions = _cache
    # Wall clock: the monotonic one may stand still while Lambda keeps the environment frozen.
    now = time.time()
    if now >= expires:
        current = _digests("AWSCURRENT")
        # Whoever is taken out of the current version is out, however it was edited.
        previous = {api_id: digest for api_id, digest in _previous().items() if api_id in current}
        versions = current, previous
        _cache = (now + CACHE_SECONDS, versions)
    return versions


def _previous() -> Digests:
    try:
        return _digests("AWSPREVIOUS")
    except _secretsmanager.exceptions.ResourceNotFoundException:
        return {}  # the secret was never changed
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise
        reason = error.response["Error"]["Code"]
    except CredentialsError:
        reason = "it is not a JSON object from api id to secret"
    # A mistake that AWSCURRENT has since corrected must not keep everybody out.
    logger.warning("The secret's AWSPREVIOUS version is unusable and lets nobody in", extra={"reason": reason})
    return {}


def _digests(stage: str) -> Digests:
    value = _secretsmanager.get_secret_value(SecretId=SECRET_ARN, VersionStage=stage)
    # A proxy answers 200 too. Only Secrets Manager names the version.
    if "VersionId" not in value:
        raise UnansweredError(f"What answered for the secret's {stage} version is not Secrets Manager")
    try:
        clients = json.loads(value["SecretString"])
        usable = {api_id: secret for api_id, secret in clients.items() if secret and isinstance(secret, str)}
    except (AttributeError, KeyError, ValueError):
        # Without its cause: a parser's error may quote the secret.
        raise CredentialsError(f"The secret's {stage} version must be a JSON object from api id to secret") from None
    if unusable := clients.keys() - usable.keys():
        logger.error("Clients whose secret is not a text cannot get in", extra={"clients": sorted(unusable)})
    return {api_id: sha256(secret.encode(errors="surrogatepass")).digest() for api_id, secret in usable.items()}
