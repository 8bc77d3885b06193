"""One log line per outcome, which carries its metrics in CloudWatch's embedded metric format (EMF)."""

import json
import logging
import os
import sys
from datetime import UTC, datetime
from traceback import format_exception

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from json_object import Json

# ASCII only: text from a caller cannot inject terminal escape codes or split a log line.
_encode = json.JSONEncoder(separators=(",", ":"), default=str).encode

_SERVICE = os.environ["POWERTOOLS_SERVICE_NAME"]

# Lambda sets a trace id for every request, but without active tracing there is no trace.
_formatting = {} if os.environ["TRACING"] == "true" else {"xray_trace_id": None}
logger = Logger(
    _SERVICE, location=None, use_rfc3339=True, utc=True, json_serializer=_encode, json_deserializer=str, **_formatting
)
_metrics = Metrics(_SERVICE, os.environ["POWERTOOLS_METRICS_NAMESPACE"])


def record(outcome: str, fields: Json, *, level: str = "INFO", counts: dict[str, int] | None = None) -> None:
    """Log an outcome and its fields as one line. The metrics are `counts`, by default a count of 1 for the outcome."""
    metrics = _embedded_metrics({outcome: 1} if counts is None else counts)
    if getattr(logging, level) >= logger.log_level:
        getattr(logger, level.lower())(outcome, extra=fields | metrics)
    elif metrics:
        # The alarms need the metrics at every log level. Lambda filters a line without level and timestamp as INFO.
        # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
        fields = {"level": logging.getLevelName(logger.log_level), "timestamp": datetime.now(UTC).isoformat()}
        sys.stdout.write(f"{_encode(fields | metrics)}\n")


def defect_fields(error: BaseException) -> dict[str, str]:
    """Return an exception's name and traceback, under the names that Powertools gives these fields."""
    return {"exception_name": type(error).__name__, "exception": "".join(format_exception(error))}


def _embedded_metrics(counts: dict[str, int]) -> Json:
    """Return the EMF fields of a log line. Counts of zero are left out."""
    if not any(counts.values()):
        return {}
    for name, count in counts.items():
        if count:
            _metrics.add_metric(name, MetricUnit.Count, count)
    fields = _metrics.serialize_metric_set()
    _metrics.clear_metrics()
    return dict(fields)
