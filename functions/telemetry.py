"""One line a request: its log record and its metrics (CloudWatch's embedded format) at once."""

import logging
import os
import time
from functools import lru_cache
from json import JSONEncoder
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

_service = os.environ["POWERTOOLS_SERVICE_NAME"]

logger = Logger(
    service=_service,
    # RFC 3339 is the timestamp by which Lambda recognizes a line's level.
    use_rfc3339=True,
    utc=True,
    # It would always be the line below that writes.
    location=None,
    # Made once, not for every line; and a message is taken as it is, instead of being tried as JSON.
    json_serializer=JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=str).encode,
    json_deserializer=str,
)
_metrics = Metrics(namespace=os.environ["POWERTOOLS_METRICS_NAMESPACE"], service=_service)
_write = {logging.INFO: logger.info, logging.WARNING: logger.warning, logging.ERROR: logger.error}


def record(
    outcome: str, line: dict[str, Any], *, level: int = logging.INFO, defect: Exception | None = None, ignored: int = 0
) -> None:
    """Write the line: its message is the outcome, which is also a metric that counts 1."""
    metrics = _embedded_metrics(outcome, ignored)
    now = {"_aws": metrics["_aws"] | {"Timestamp": time.time_ns() // 1_000_000}}
    _write[level](outcome, extra=line | metrics | now, exc_info=defect)


@lru_cache
def _embedded_metrics(outcome: str, ignored: int) -> dict[str, Any]:
    """Return what the line says of its metrics, all but their time."""
    _metrics.add_metric(outcome, MetricUnit.Count, 1)
    if ignored:
        _metrics.add_metric("IgnoredFields", MetricUnit.Count, ignored)
    metrics = _metrics.serialize_metric_set()
    _metrics.clear_metrics()
    return dict(metrics)
