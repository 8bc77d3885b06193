"""The lines that the reliability tests protect, each with a way to break it and the test that should notice."""

from typing import NamedTuple

_ONCE = "test_exactly_once.py"
_RACES = "test_races.py"
_FAULTS = "test_wire_faults.py"
_KILLS = "test_kills.py"
_HOSTILE = "test_hostile_events.py"
_NOBODY_IN = "test_nobody_in.py"


class Mutation(NamedTuple):
    """What it means, the file in functions/, the text to replace, the text that breaks it, and the tests to run."""

    meaning: str
    file: str
    old: str
    new: str
    tests: str


MUTATIONS = [
    Mutation(
        "a submission is applied whether it was before or not",
        "ingest/store.py",
        '"NOT contains(submissions, :token)"',
        '"(NOT contains(submissions, :token) OR attribute_exists(submissions))"',
        f"{_ONCE} {_KILLS}",
    ),
    Mutation(
        "content is no part of a submission's identity",
        "ingest/item.py",
        "blake2b(to_json(values), ",
        "blake2b(b'', ",
        _ONCE,
    ),
    Mutation(
        "attributes are no part of a submission's identity",
        "ingest/store.py",
        "token = token_of(event_id, values)",
        "token = token_of(event_id, {name: value for name, value in values.items() if ':' not in name})",
        _ONCE,
    ),
    Mutation(
        "an attribute overwrites a field of its name",
        "ingest/item.py",
        'ATTRIBUTE_PREFIX = "attribute:"',
        'ATTRIBUTE_PREFIX = ""',
        _ONCE,
    ),
    Mutation(
        "the item keeps the last submission's token only",
        "ingest/store.py",
        "ADD submissions :tokens",
        "SET submissions = :tokens",
        _ONCE,
    ),
    Mutation(
        "numbers are compared by how they are written",
        "ingest/attribute_value.py",
        "_NUMBER.normalize(Decimal(value)) or Decimal(0)",
        "Decimal(value)",
        _ONCE,
    ),
    Mutation(
        "an answer may take long",
        "aws_client.py",
        "read_timeout=1,",
        "read_timeout=9,",
        f"{_FAULTS} -k hang",
    ),
    Mutation(
        "a lost answer is not asked for again",
        "aws_client.py",
        '"total_max_attempts": 3',
        '"total_max_attempts": 1',
        _FAULTS,
    ),
    Mutation(
        "one of DynamoDB's throttling codes is unknown",
        "ingest/store.py",
        '    "RequestLimitExceeded": ThrottledError,\n',
        "",
        _FAULTS,
    ),
    Mutation(
        "a connection that breaks is a defect",
        "ingest/store.py",
        "except (UnconnectedError, ",
        "except (",
        _FAULTS,
    ),
    Mutation(
        "an answer that cannot be read is a defect",
        "ingest/store.py",
        " or code.isdecimal()",
        "",
        _FAULTS,
    ),
    Mutation(
        "any answer of status 200 is DynamoDB's",
        "ingest/store.py",
        'if not isinstance(answer.get("ConsumedCapacity", {}).get("CapacityUnits"), int | float):',
        "if False:",
        _FAULTS,
    ),
    Mutation(
        "a conflict of DynamoDB's own is a defect",
        "ingest/store.py",
        '    "TransactionConflictException": UnavailableError,\n',
        "",
        _FAULTS,
    ),
    Mutation(
        "what was applied before is not known again",
        "ingest/store.py",
        "return Applied(Outcome.DUPLICATE)",
        "raise UnavailableError from None",
        _FAULTS,
    ),
    Mutation(
        "the answer does not wait for the write",
        "ingest/submission.py",
        "outcome, write_units = store.apply(submission, event_id, client)",
        "outcome, write_units = 'Stored', 1.0; __import__('threading').Thread(target=store.apply, "
        "args=(submission, event_id, client)).start()",
        _KILLS,
    ),
    Mutation(
        "nesting that is too deep is a defect",
        "ingest/body.py",
        'line {error.lineno}, column {error.colno}"\n        raise _refused(_likeness(text) or '
        'f"must be valid JSON ({position})") from error\n    except RecursionError',
        'line {error.lineno}, column {error.colno}"\n        raise _refused(_likeness(text) or '
        'f"must be valid JSON ({position})") from error\n    except BufferError',
        _HOSTILE,
    ),
    Mutation(
        "a lone surrogate goes on to the store",
        "ingest/body.py",
        "return len(text.encode()) - 2 * numbers",
        "return len(text.encode(errors='replace')) - 2 * numbers",
        _HOSTILE,
    ),
    Mutation(
        "the event is taken to be API Gateway's",
        "ingest/gateway.py",
        "value.get(name) if isinstance(value, dict) else None",
        "value.get(name)",
        _HOSTILE,
    ),
    Mutation(
        "each of a million wrong elements is described",
        "ingest/models.py",
        "BeforeValidator(_check_segments)",
        "BeforeValidator(lambda value: value)",
        _HOSTILE,
    ),
    Mutation(
        "the time for unknown fields grows with the square of their number",
        "ingest/submission.py",
        "ignored = sorted(data.keys() - FIELDS)",
        "ignored = sorted(name for name in data if name in list(data) and name not in FIELDS)",
        _HOSTILE,
    ),
    Mutation(
        "who cannot be checked gets in",
        "authorizer/handler.py",
        "        raise\n",
        "        valid = True\n",
        _NOBODY_IN,
    ),
    Mutation(
        "secrets are compared up to the first difference",
        "authorizer/credentials.py",
        "compare_digest(digests.get(api_id, _NOBODY), given)",
        "digests.get(api_id, _NOBODY) == given",
        _NOBODY_IN,
    ),
    Mutation(
        "an unknown id costs nothing",
        "authorizer/credentials.py",
        "for digests in _versions()]",
        "for digests in _versions() if api_id in digests]",
        _NOBODY_IN,
    ),
    Mutation(
        "a number is a secret",
        "authorizer/credentials.py",
        "api_id: secret for api_id, secret in clients.items() if secret and isinstance(secret, str)",
        "api_id: str(secret) for api_id, secret in clients.items()",
        _NOBODY_IN,
    ),
    Mutation(
        "a rotation locks the old secret out at once",
        "authorizer/credentials.py",
        "versions = current, previous",
        "versions = current, {}",
        _NOBODY_IN,
    ),
    Mutation(
        "who was taken out of the secret stays in with the previous version",
        "authorizer/credentials.py",
        "for api_id, digest in _previous().items() if api_id in current}",
        "for api_id, digest in _previous().items()}",
        _NOBODY_IN,
    ),
    Mutation(
        "any answer of status 200 is Secrets Manager's",
        "authorizer/credentials.py",
        'if "VersionId" not in value:',
        "if False:",
        _NOBODY_IN,
    ),
    Mutation(
        "a changed secret is never noticed",
        "authorizer/credentials.py",
        "if now >= expires:",
        "if not expires:",
        _NOBODY_IN,
    ),
    Mutation(
        "the cached policy is for one route",
        "authorizer/handler.py",
        'f"{api}/{stage}/*"',
        "method_arn",
        _NOBODY_IN,
    ),
    Mutation(
        "the log of a refusal tells the id that was tried",
        "authorizer/handler.py",
        'record("Unauthorized", line)',
        'record("Unauthorized", line | {"client": api_id})',
        _NOBODY_IN,
    ),
    Mutation(
        "the log of a refusal tells the secret that was tried",
        "authorizer/handler.py",
        'record("Unauthorized", line)',
        'record("Unauthorized", line | {"secret": api_secret})',
        f"{_NOBODY_IN} -k hostile",
    ),
    Mutation(
        "the log tells a submission's values",
        "ingest/submission.py",
        'details: dict[str, Any] = {"externalConversationId": submission.externalConversationId}',
        'details: dict[str, Any] = {"externalConversationId": str(submission)}',
        f"{_ONCE} {_KILLS} {_HOSTILE}",
    ),
    Mutation(
        "a refusal repeats the value that was sent",
        "ingest/models.py",
        """if detail["loc"] else "", _MESSAGES[detail["type"]](context)""",
        """if detail["loc"] else "", _MESSAGES[detail["type"]](context) + str(error.errors())""",
        _HOSTILE,
    ),
]
