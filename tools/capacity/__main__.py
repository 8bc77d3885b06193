"""Measures what the service writes, for the tables of docs/capacity.md: `python -m tools.capacity [FILE]`."""

import json
import os
import sys
from pathlib import Path

from tools.capacity.model import MEASURED, WORKLOAD
from tools.capacity.sizes import measure

if __name__ == "__main__":
    # As Lambda sets it for a function of the shipped settings.
    os.environ |= {
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_SERVICE_NAME": "ingest",
        "POWERTOOLS_METRICS_NAMESPACE": "ConversationMetadata/conversation-metadata",
        "TABLE_NAME": "conversations",
        "RETENTION_DAYS": "365",
        "TRACING": "false",
        "_X_AMZN_TRACE_ID": "Root=1-6920f3a1-1a2b3c4d5e6f708192a3b4c5;Parent=1a2b3c4d5e6f7081;Sampled=0",
    }
    file = Path(sys.argv[1]) if sys.argv[1:] else MEASURED
    file.write_text(json.dumps(measure(WORKLOAD["conversation"])._asdict()) + "\n")
