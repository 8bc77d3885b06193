"""The lines that the reliability tests protect, each with a way to break it and the tests that should notice."""

from typing import NamedTuple


class Mutation(NamedTuple):
    """What it means, the text to replace, the text that breaks it, the file in functions/, and the tests to run."""

    meaning: str
    old: str
    new: str
    file: str
    tests: str


_BY_FILE_AND_TESTS = {
    ("ingest/store.py", "test_exactly_once.py test_kills.py"): [
        (
            "a submission is applied whether it was before or not",
            '"NOT contains(submissions, :token)"',
            '"(NOT contains(submissions, :token) OR attribute_exists(submissions))"',
        ),
    ],
    ("ingest/item.py", "test_exactly_once.py"): [
        ("content is no part of a submission's identity", "blake2b(to_json(values), ", "blake2b(b'', "),
        ("an attribute overwrites a field of its name", 'ATTRIBUTE_PREFIX = "attribute:"', 'ATTRIBUTE_PREFIX = ""'),
    ],
    ("ingest/store.py", "test_exactly_once.py"): [
        (
            "attributes are no part of a submission's identity",
            "token = token_of(event_id, values)",
            "token = token_of(event_id, {name: value for name, value in values.items() if ':' not in name})",
        ),
        ("the item keeps the last submission's token only", "ADD submissions :tokens", "SET submissions = :tokens"),
    ],
    ("ingest/attribute_value.py", "test_exactly_once.py"): [
        (
            "numbers are compared by how they are written",
            "_NUMBER.normalize(Decimal(value)) or Decimal(0)",
            "Decimal(value)",
        ),
    ],
    ("aws_client.py", "test_wire_faults.py -k hang"): [
        ("an answer may take long", "read_timeout=1,", "read_timeout=9,"),
    ],
    ("aws_client.py", "test_wire_faults.py"): [
        ("a lost answer is not asked for again", '"total_max_attempts": 3', '"total_max_attempts": 1'),
    ],
    ("ingest/store.py", "test_wire_faults.py"): [
        ("one of DynamoDB's throttling codes is unknown", '    "RequestLimitExceeded": ThrottledError,\n', ""),
        ("a connection that breaks is a defect", "except (UnconnectedError, ", "except ("),
        ("an answer that cannot be read is a defect", " or code.isdecimal()", ""),
        (
            "any answer of status 200 is DynamoDB's",
            'if not isinstance(answer.get("ConsumedCapacity", {}).get("CapacityUnits"), int | float):',
            "if False:",
        ),
        ("a conflict of DynamoDB's own is a defect", '    "TransactionConflictException": UnavailableError,\n', ""),
        (
            "what was applied before is not known again",
            "return Applied(Outcome.DUPLICATE)",
            "raise UnavailableError from None",
        ),
    ],
    ("ingest/submission.py", "test_kills.py"): [
        (
            "the answer does not wait for the write",
            "outcome, write_units = store.apply(submission, event_id, client)",
            "outcome, write_units = 'Stored', 1.0; __import__('threading').Thread(target=store.apply, "
            "args=(submission, event_id, client)).start()",
        ),
    ],
    ("ingest/body.py", "test_hostile_events.py"): [
        (
            "nesting that is too deep is a defect",
            '({position})") from error\n    except RecursionError',
            '({position})") from error\n    except BufferError',
        ),
        (
            "a lone surrogate goes on to the store",
            "return len(text.encode()) - 2 * numbers",
            "return len(text.encode(errors='replace')) - 2 * numbers",
        ),
    ],
    ("ingest/gateway.py", "test_hostile_events.py"): [
        (
            "the event is taken to be API Gateway's",
            "value.get(name) if isinstance(value, dict) else None",
            "value.get(name)",
        ),
    ],
    ("ingest/models.py", "test_hostile_events.py"): [
        (
            "each of a million wrong elements is described",
            "BeforeValidator(_check_segments)",
            "BeforeValidator(lambda value: value)",
        ),
        (
            "a refusal repeats the value that was sent",
            'if detail["loc"] else "", _MESSAGES[detail["type"]](context)',
            'if detail["loc"] else "", _MESSAGES[detail["type"]](context) + str(error.errors())',
        ),
    ],
    ("ingest/submission.py", "test_hostile_events.py"): [
        (
            "the time for unknown fields grows with the square of their number",
            "ignored = sorted(data.keys() - FIELDS)",
            "ignored = sorted(name for name in data if name in list(data) and name not in FIELDS)",
        ),
    ],
    ("authorizer/handler.py", "test_nobody_in.py"): [
        ("who cannot be checked gets in", "        raise\n", "        valid = True\n"),
        ("the cached policy is for one route", 'f"{api}/{stage}/*"', "method_arn"),
        (
            "the log of a refusal tells the id that was tried",
            'record("Unauthorized", line)',
            'record("Unauthorized", line | {"client": api_id})',
        ),
    ],
    ("authorizer/credentials.py", "test_nobody_in.py"): [
        (
            "secrets are compared up to the first difference",
            "compare_digest(digests.get(api_id, _NOBODY), given)",
            "digests.get(api_id, _NOBODY) == given",
        ),
        (
            "an unknown id costs nothing",
            "for digests in _versions()]",
            "for digests in _versions() if api_id in digests]",
        ),
        (
            "a number is a secret",
            "api_id: secret for api_id, secret in clients.items() if secret and isinstance(secret, str)",
            "api_id: str(secret) for api_id, secret in clients.items()",
        ),
        ("a rotation locks the old secret out at once", "versions = current, previous", "versions = current, {}"),
        (
            "who was taken out of the secret stays in with the previous version",
            "for api_id, digest in _previous().items() if api_id in current}",
            "for api_id, digest in _previous().items()}",
        ),
        ("any answer of status 200 is Secrets Manager's", 'if "VersionId" not in value:', "if False:"),
        ("a changed secret is never noticed", "if now >= expires:", "if not expires:"),
    ],
    ("authorizer/handler.py", "test_nobody_in.py -k hostile"): [
        (
            "the log of a refusal tells the secret that was tried",
            'record("Unauthorized", line)',
            'record("Unauthorized", line | {"secret": api_secret})',
        ),
    ],
    ("ingest/submission.py", "test_exactly_once.py test_kills.py test_hostile_events.py"): [
        (
            "the log tells a submission's values",
            'details: dict[str, Any] = {"externalConversationId": submission.externalConversationId}',
            'details: dict[str, Any] = {"externalConversationId": str(submission)}',
        ),
    ],
}
MUTATIONS = [Mutation(*broken, *where) for where, each in _BY_FILE_AND_TESTS.items() for broken in each]
