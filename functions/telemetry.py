"""One log line per outcome, which carries its metrics in CloudWatch's embedded metric format (EMF)."""

import json
import logging
import os
import sys
import time
from traceback import format_exception
from typing import Any

from aws_lambda_powertools import Logger

# ASCII only: text from a caller cannot inject terminal escape codes or split a log line.
_encode = json.JSONEncoder(separators=(",", ":"), default=str).encode

_LEVELS = logging.getLevelNamesMapping()

_SERVICE, _NAMESPACE = os.environ["POWERTOOLS_SERVICE_NAME"], os.environ["POWERTOOLS_METRICS_NAMESPACE"]

logger = Logger(_SERVICE, location=None, use_rfc3339=True, utc=True, json_serializer=_encode, json_deserializer=str)


def record(outcome: str, fields: dict[str, Any], *, level: str = "INFO", counts: dict[str, int] | None = None) -> None:
    """Log an outcome and its fields as one line. The metrics are `counts`, by default a count of 1 for the outcome."""
    metrics = _embedded_metrics(counts or {outcome: 1})
    if _LEVELS[level] >= logger.log_level:
        write = {"INFO": logger.info, "WARNING": logger.warning, "ERROR": logger.error}[level]
        write(outcome, extra=fields | metrics)
    else:
        # The alarms need the metrics whatever the log level.
        sys.stdout.write(f"{_encode(metrics)}\n")


def defect_fields(error: Exception) -> dict[str, str]:
    """Return an exception's name and traceback, under the names that Powertools gives these fields."""
    return {"exception_name": type(error).__name__, "exception": "".join(format_exception(error))}


def _embedded_metrics(counts: dict[str, int]) -> dict[str, Any]:
    """Return the EMF fields of a log line. Counts of zero are left out."""
    metrics = {name: [float(count)] for name, count in counts.items() if count}
    directive = {
        "Namespace": _NAMESPACE,
        "Dimensions": [["service"]],
        "Metrics": [{"Name": name, "Unit": "Count"} for name in metrics],
    }
    emf = {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [directive]}
    return {"service": _SERVICE, "_aws": emf, **metrics}
