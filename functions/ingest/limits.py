"""Limits of a request and its parts. Importable without a function's environment variables."""

MAX_BYTES = 256 * 1024  # UTF-8 bytes per submission: the body of a single one, or an entry of a batch
MAX_BATCH_BYTES = 4 * 1024 * 1024  # Lambda accepts events of 6 MB, which contain the body as an escaped string.

MAX_VALUES = 10_000  # JSON values per submission: members and elements, at any depth, in the fields that are stored
# In a batch's valid entries: about 2 s of CPU. A thousand full ones have 130,000. Entries beyond it are unavailable.
MAX_BATCH_VALUES = 200_000
MAX_ENTRIES = 1000  # per batch

MAX_ID = 256
MAX_SEGMENT = 64
MAX_BROWSER_TYPE = 64
MAX_BROWSER_VERSION = 16

MAX_OBJECTS = 10  # in `attributes`
MAX_PAIRS = 100  # attributes per submission
MAX_NAME = 256
MAX_STRING = 1024
MAX_DEPTH = 30  # of an attribute's value; DynamoDB allows 32 levels
