"""The lines that the reliability tests protect, each with a way to break it and the tests that should notice."""

from typing import NamedTuple


class Mutation(NamedTuple):
    """What it means, a text that stands once in functions/, the text that breaks it, and the tests to run."""

    meaning: str
    old: str
    new: str
    tests: str


_BY_TESTS = {
    "reliability/test_exactly_once.py": [
        ("a submission is applied as often as it is sent", "NOT contains(#submissions, ", "NOT contains(#createdAt, "),
        ("content is no part of a submission's identity", "blake2b(to_json(content), ", "blake2b(b'', "),
        ("an attribute overwrites a field of its name", 'ATTRIBUTE_PREFIX = "attribute:"', 'ATTRIBUTE_PREFIX = ""'),
        (
            "attributes are no part of a submission's identity",
            "token = token_of(event_id, values)",
            "token = token_of(event_id, {name: value for name, value in values.items() if ':' not in name})",
        ),
        ("the item keeps the last submission's token only", "ADD #submissions :tokens", "SET #submissions = :tokens"),
        ("numbers are compared by how they are written", "_NUMBER.normalize(Decimal(value)) or", "Decimal(value) or"),
        ("the log has the values of a submission", '": submission.externalConversationId}', '": str(submission)}'),
    ],
    "reliability/test_wire_faults.py": [
        ("an answer may take long", "read_timeout=1,", "read_timeout=9,"),
        ("a lost answer is not asked for again", '"total_max_attempts": 3', '"total_max_attempts": 1'),
        ("a duplicate is a failure", "return None\n    return f", "raise UnavailableError from None\n    return f"),
    ],
    "reliability/test_kills.py": [
        (
            "the response does not wait for the write",
            "write_units = store.merge(",
            "write_units = 1.0; __import__('concurrent.futures').futures.ThreadPoolExecutor().submit(store.merge, ",
        ),
    ],
    "reliability/test_hostile_events.py": [
        (
            "nesting that is too deep is a defect",
            '})") from error\n    except Rec',
            '})") from error\n    except BufferError or Rec',
        ),
        ("a lone surrogate goes to the store", "(_encode(data).encode())", "(_encode(data).encode(errors='replace'))"),
        ("values are not counted", "if count > MAX_VALUES:", "if False:"),
        ("a refusal repeats the value that was sent", '_MESSAGES[detail["type"]](context)', "str(error.errors())"),
        (
            "the time for unknown fields grows with the square of their number",
            "ignored = sorted(data.keys() - FIELDS)",
            "ignored = sorted(name for name in data if name in list(data) and name not in FIELDS)",
        ),
    ],
    "reliability/test_nobody_in.py": [
        (
            "a caller who cannot be checked is authenticated",
            'level="ERROR")\n        raise',
            'level="ERROR")\n        return _policy(api_id, event["methodArn"])',
        ),
        (
            "the log of a refusal has the secret",
            '("Unauthorized", log_fields',
            '("Unauthorized", log_fields | {"s": api_secret}',
        ),
    ],
    "integration/test_failures.py": [
        ("one of DynamoDB's throttling codes is unknown", '    "RequestLimitExceeded": ThrottledError,\n', ""),
        ("a response without an error code is a defect", " or not code.isidentifier()", ""),
        ("any response with status 200 is DynamoDB's", "if type(units) not in ", "if False and type(units) not in "),
        ("a conflict of DynamoDB's own is a defect", '    "TransactionConflictException": UnavailableError,\n', ""),
        ("a caller is asked to wait a minute", "str(retry_after)", "str(60 * retry_after)"),
        ("a throttled client slows down", '"standard", "total_max_attempts": 3', '"adaptive", "total_max_attempts": 3'),
        ("an unreadable response is a defect", 'or "botocore.endpoint" not in modules', "or True"),
        ("a connection that is refused is a defect", "except (UnconnectedError, ", "except ("),
    ],
    "integration/test_authorizer.py": [
        ("the cached policy is for one route", 'f"{api}/{stage}/*"', "method_arn"),
        ("the log of a refusal has a stranger's id", "if api_id in clients:", "if api_id:"),
        ("secrets are compared up to the first difference", "compare_digest(it", "bytes.__eq__(it"),
        ("an unknown id costs nothing", "usable or [_DUMMY_SECRET]", "usable"),
        ("a number is a secret", "if it and isinstance(it, str)]", "if it]"),
        ("an empty string is a secret", "if it and isinstance(it, str)]", "if isinstance(it, str)]"),
        ("a rotation locks the old secret out at once", "entry if isinstance(", "entry[-1:] if isinstance("),
        ("content that is no object has no clients", "if not isinstance(clients, dict):", "if not clients:"),
        ("a secret that cannot be parsed raises the parser's error", "        clients = None\n", "        raise\n"),
        ("a changed secret is never noticed", "max_age=CACHE_SECONDS", "max_age=9_999_999"),
    ],
}
MUTATIONS = [Mutation(*broken, tests) for tests, each in _BY_TESTS.items() for broken in each]
