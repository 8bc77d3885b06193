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
        "attributes are no part of a submission's identity",
        "ingest/item.py",
        "to_json([fields, attributes])",
        "to_json([fields])",
        _ONCE,
    ),
    Mutation(
        "content is no part of a submission's identity",
        "ingest/item.py",
        'f"{event_id}#{digest}"',
        'f"{event_id}#{digest[:0]}"',
        _ONCE,
    ),
    Mutation(
        "new attributes replace the map of the stored ones",
        "ingest/store.py",
        '"attribute_not_exists(attributes)"',
        '"attribute_not_exists(nothing)"',
        _ONCE,
    ),
    Mutation(
        "numbers are compared by how they are written",
        "ingest/attributes.py",
        "_NUMBER.normalize(Decimal(value)) or Decimal(0)",
        "Decimal(value)",
        _ONCE,
    ),
    Mutation(
        "the second form of a write does not ask whether a twin was faster",
        "ingest/store.py",
        'condition=f"{NOT_APPLIED} AND {MAP_THERE}"',
        'condition=f"({NOT_APPLIED} OR {MAP_THERE})"',
        _RACES,
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
        '"RequestLimitExceeded", ',
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
        "an answer that was cut off says that nothing is stored",
        "ingest/store.py",
        'if "ConsumedCapacity" not in response:',
        "if False:",
        f"{_FAULTS} -k reader",
    ),
    Mutation(
        "what was applied before is not known again",
        "ingest/store.py",
        "return Outcome.DUPLICATE",
        "raise UnavailableError",
        _FAULTS,
    ),
    Mutation(
        "the answer does not wait for the write",
        "ingest/entry.py",
        "self._stored = store.apply(self.submission, self.event_id)",
        "self._stored = 'Stored'; __import__('threading').Thread(target=store.apply, "
        "args=(self.submission, self.event_id)).start()",
        _KILLS,
    ),
    Mutation(
        "nesting that is too deep is a defect",
        "ingest/body.py",
        "except RecursionError",
        "except BufferError",
        _HOSTILE,
    ),
    Mutation(
        "a lone surrogate goes on to the store",
        "ingest/body.py",
        """if "\\\\ud" in text or "\\\\uD" in text:""",
        "if False:",
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
        "check_segments)]",
        "lambda value: value)]",
        _HOSTILE,
    ),
    Mutation(
        "the time for unknown fields grows with the square of their number",
        "ingest/models.py",
        "sorted(data.keys() - FIELDS)",
        "sorted(name for name in data if name in list(data) and name not in FIELDS)",
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
        '_digests("AWSCURRENT"), _previous()',
        '_digests("AWSCURRENT"), {}',
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
        "ingest/entry.py",
        'line = line | {"eventId": self.event_id}',
        'line = line | {"eventId": self.event_id, "submission": str(self.submission)}',
        f"{_ONCE} {_KILLS} {_HOSTILE}",
    ),
    Mutation(
        "a refusal repeats the value that was sent",
        "ingest/models.py",
        'yield path, _MESSAGES[detail["type"]](context)',
        'yield path, _MESSAGES[detail["type"]](context) + str(error)',
        _HOSTILE,
    ),
]
