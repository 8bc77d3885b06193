"""One line an outcome: its log record and its metrics (CloudWatch's embedded metric format) at once."""

import json
import logging
import os
import sys
import time
from functools import lru_cache
from traceback import format_exception
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

# ASCII: no text of a caller's can steer the terminal of whoever reads the log, or cut a line in two.
_encode = json.JSONEncoder(separators=(",", ":"), default=str).encode

_LEVELS = logging.getLevelNamesMapping()

_SERVICE = os.environ["POWERTOOLS_SERVICE_NAME"]

logger = Logger(_SERVICE, location=None, use_rfc3339=True, utc=True, json_serializer=_encode, json_deserializer=str)
_metrics = Metrics(_SERVICE, os.environ["POWERTOOLS_METRICS_NAMESPACE"])


def record(outcome: str, fields: dict[str, Any], *, level: str = "INFO", counts: dict[str, int] | None = None) -> None:
    """Log a line whose message is the outcome. The outcome counts 1 as a metric, unless `counts` says otherwise."""
    metrics = _embedded_metrics(**{outcome: 1} | (counts or {}))
    metrics = metrics | {"_aws": metrics["_aws"] | {"Timestamp": time.time_ns() // 1_000_000}}
    if _LEVELS[level] >= logger.log_level:
        write = {"INFO": logger.info, "WARNING": logger.warning, "ERROR": logger.error}[level]
        write(outcome, extra=fields | metrics)
    else:
        # The level is about the log; the alarms need the metrics all the same.
        sys.stdout.write(f"{_encode(metrics)}\n")


def defect_fields(defect: Exception) -> dict[str, str]:
    """Return a defect's name and traceback, under the names that Powertools has for them."""
    return {"exception_name": type(defect).__name__, "exception": "".join(format_exception(defect))}


@lru_cache
def _embedded_metrics(**counts: int) -> dict[str, Any]:
    """Return what the line says of its metrics, all but their time. Powertools takes a tenth of a request for it."""
    for name, count in counts.items():
        if count:
            _metrics.add_metric(name, MetricUnit.Count, count)
    metrics = _metrics.serialize_metric_set()
    _metrics.clear_metrics()
    return dict(metrics)
