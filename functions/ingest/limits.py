"""The limits of a request and of its parts; importable without a function's environment."""

MAX_BYTES = 256 * 1024
"""UTF-8 bytes of a single submission's body, and of an entry of a batch."""

MAX_BATCH_BYTES = 4 * 1024 * 1024
"""UTF-8 bytes of a batch's body. Lambda takes an event of 6 MB, in which the body stands as an escaped string."""

MAX_ENTRIES = 1000
"""Entries of a batch."""

MAX_ID = 256
MAX_SEGMENT = 64
MAX_BROWSER_TYPE = 64
MAX_BROWSER_VERSION = 16

MAX_OBJECTS = 10
"""Objects in `attributes`."""

MAX_PAIRS = 100
"""Attributes of a submission."""

MAX_NAME = 256
MAX_STRING = 1024
MAX_DEPTH = 30
"""Levels of nesting of an attribute's value; DynamoDB takes 32."""
