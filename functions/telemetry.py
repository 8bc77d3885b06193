"""One line a request: its log record and its metrics (CloudWatch's embedded format) at once."""

import os
import sys
import time
from datetime import UTC, datetime
from functools import lru_cache
from json import JSONEncoder
from traceback import format_exception
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

_SERVICE = os.environ["POWERTOOLS_SERVICE_NAME"]
_metrics = Metrics(namespace=os.environ["POWERTOOLS_METRICS_NAMESPACE"], service=_SERVICE)
_encode = JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=str).encode


def record(
    outcome: str, line: dict[str, Any], *, level: str = "INFO", defect: Exception | None = None, ignored: int = 0
) -> None:
    """Write a request's line: its message is the outcome, which is also a metric that counts 1."""
    metrics = _embedded_metrics(outcome, ignored)
    now = {"_aws": metrics["_aws"] | {"Timestamp": time.time_ns() // 1_000_000}}
    write(outcome, line | metrics | now, level=level, defect=defect)


def write(message: str, line: dict[str, Any], *, level: str, defect: Exception | None = None) -> None:
    """Write a line, with what Lambda filters by: its level, and its time in RFC 3339."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = {"level": level, "message": message, "timestamp": now, "service": _SERVICE} | line
    if trace := os.environ.get("_X_AMZN_TRACE_ID"):
        line["xray_trace_id"] = trace.partition(";")[0].removeprefix("Root=")
    if defect:
        line |= {"exception_name": type(defect).__name__, "exception": "".join(format_exception(defect))}
    # An event that is not API Gateway's can hold a lone surrogate. No stream takes it; JSON has an escape for it.
    text = _encode(line).encode(errors="backslashreplace").decode()
    # At once, because Lambda takes what is written at once for an event of its own.
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@lru_cache
def _embedded_metrics(outcome: str, ignored: int) -> dict[str, Any]:
    """Return what the line says of its metrics, all but their time."""
    _metrics.add_metric(outcome, MetricUnit.Count, 1)
    if ignored:
        _metrics.add_metric("IgnoredFields", MetricUnit.Count, ignored)
    metrics = _metrics.serialize_metric_set()
    _metrics.clear_metrics()
    return dict(metrics)
