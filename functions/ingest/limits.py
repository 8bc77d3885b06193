"""Limits of a request and its parts. Importable without a function's environment variables."""

MAX_BYTES = 256 * 1024
"""UTF-8 bytes per submission: the body of a single one, or an entry of a batch."""

MAX_BATCH_BYTES = 4 * 1024 * 1024
"""UTF-8 bytes per batch body. Lambda accepts events of 6 MB, which contain the body as an escaped string."""

MAX_VALUES = 10_000
"""JSON values per submission: members and elements, at any depth, in the fields that are stored."""

MAX_ENTRIES = 1000
"""Entries per batch."""

MAX_BATCH_VALUES = 300_000
"""JSON values of a batch's valid entries, after which the other entries are unavailable: some 2 s of CPU at worst."""

MAX_ID = 256
MAX_SEGMENT = 64
MAX_BROWSER_TYPE = 64
MAX_BROWSER_VERSION = 16

MAX_OBJECTS = 10
"""Objects in `attributes`."""

MAX_PAIRS = 100
"""Attributes per submission."""

MAX_NAME = 256
MAX_STRING = 1024
MAX_DEPTH = 30
"""Nesting levels of an attribute's value; DynamoDB allows 32."""
