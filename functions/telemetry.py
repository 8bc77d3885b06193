"""One line a request: its log record and its metrics (CloudWatch's embedded format) at once."""

import logging
import os
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

_service = os.environ["POWERTOOLS_SERVICE_NAME"]

# RFC 3339 is the timestamp by which Lambda recognizes a line's level.
logger = Logger(service=_service, use_rfc3339=True)
_metrics = Metrics(namespace=os.environ["POWERTOOLS_METRICS_NAMESPACE"], service=_service)
_write = {logging.INFO: logger.info, logging.WARNING: logger.warning, logging.ERROR: logger.error}


def record(
    outcome: str, line: dict[str, Any], *, level: int = logging.INFO, defect: Exception | None = None, ignored: int = 0
) -> None:
    """Write the line: its message is the outcome, which is also a metric that counts 1."""
    _metrics.add_metric(outcome, MetricUnit.Count, 1)
    if ignored:
        _metrics.add_metric("IgnoredFields", MetricUnit.Count, ignored)
    _write[level](outcome, extra=line | _metrics.serialize_metric_set(), exc_info=defect)
    _metrics.clear_metrics()
