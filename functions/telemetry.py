"""One log line per outcome, which carries its metrics in CloudWatch's embedded metric format (EMF)."""

import json
import logging
import os
import sys
import time
from datetime import UTC, datetime
from traceback import format_exception

from aws_lambda_powertools import Logger

from json_object import Json

# ASCII only: text from a caller cannot inject terminal escape codes or split a log line.
_encode = json.JSONEncoder(separators=(",", ":"), default=str).encode

_SERVICE = os.environ["POWERTOOLS_SERVICE_NAME"]
_NAMESPACE = os.environ["POWERTOOLS_METRICS_NAMESPACE"]

# Lambda sets a trace id for every request, but without active tracing there is no trace.
_formatting = {} if os.environ["TRACING"] == "true" else {"xray_trace_id": None}
logger = Logger(
    _SERVICE, location=None, use_rfc3339=True, utc=True, json_serializer=_encode, json_deserializer=str, **_formatting
)


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
    """Return the EMF fields of a log line, none if all counts are zero.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    metrics = {name: [float(count)] for name, count in counts.items() if count}
    if not metrics:
        return {}
    definitions = [{"Name": name, "Unit": "Count"} for name in metrics]
    directive = {"Namespace": _NAMESPACE, "Dimensions": [["service"]], "Metrics": definitions}
    return {
        "_aws": {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [directive]},
        "service": _SERVICE,
        **metrics,
    }
