"""The line of a request: its log record and its metrics at once."""

import json
import logging
from datetime import datetime
from io import StringIO

import pytest

from telemetry import defect_fields, logger, record


def metrics_of(line):
    """Return what CloudWatch makes of a line in its embedded metric format."""
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Tests"
    assert directive["Dimensions"] == [["service"]]
    assert all(metric["Unit"] == "Count" for metric in directive["Metrics"])
    return {metric["Name"]: line[metric["Name"]] for metric in directive["Metrics"]}


def test_the_message_is_the_outcome_and_the_members_stand_beside_it(log):
    record("Stored", {"requestId": "r", "eventId": "e"})
    [line] = log()
    assert (line["message"], line["level"], line["service"]) == ("Stored", "INFO", "tested")
    assert (line["requestId"], line["eventId"]) == ("r", "e")


def test_the_time_is_written_as_lambda_reads_it(log):
    record("Stored", {})
    [line] = log()
    assert "T" in line["timestamp"]
    assert datetime.fromisoformat(line["timestamp"]).tzinfo is not None


def test_the_outcome_is_a_metric_that_counts_one(log):
    record("Stored", {})
    [line] = log()
    assert metrics_of(line) == {"Stored": [1]}


def test_ignored_fields_are_counted(log):
    record("Refused", {}, counts={"IgnoredFields": 3})
    [line] = log()
    assert metrics_of(line) == {"Refused": [1], "IgnoredFields": [3]}


def test_one_line_leaves_nothing_to_the_next(log):
    record("Refused", {"fields": ["lobId"]}, counts={"IgnoredFields": 3})
    record("Stored", {})
    _, line = log()
    assert metrics_of(line) == {"Stored": [1]}
    assert "fields" not in line


@pytest.mark.parametrize("level", ["INFO", "WARNING", "ERROR"])
def test_the_level_is_the_one_that_is_given(log, level):
    record("Failed", {}, level=level)
    [line] = log()
    assert line["level"] == level


def test_a_defect_is_logged_with_its_traceback(log):
    try:
        raise ZeroDivisionError("what went wrong")
    except ZeroDivisionError as defect:
        record("Failed", defect_fields(defect), level="ERROR")
    [line] = log()
    assert line["exception_name"] == "ZeroDivisionError"
    assert "test_a_defect_is_logged_with_its_traceback" in line["exception"]


def test_what_is_no_defect_has_no_traceback(log):
    record("Throttled", {}, level="WARNING")
    [line] = log()
    assert "exception" not in line


def test_a_trace_is_named_by_its_id(log, monkeypatch):
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-6920f3a1-1a2b3c4d5e6f708192a3b4c5;Parent=1a2b3c4d5e6f7081;Sampled=1")
    record("Stored", {})
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    record("Stored", {})
    traced, untraced = log()
    assert traced["xray_trace_id"] == "1-6920f3a1-1a2b3c4d5e6f708192a3b4c5"
    assert "xray_trace_id" not in untraced


@pytest.fixture
def written(monkeypatch):
    """What has been written, as text."""
    stream = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    return stream.getvalue


@pytest.mark.parametrize("text", ["\u2028", "\u0085", "\u009b31m", "\u202e", "\x1b[2J", "\ud800", "会話 📱", "a\nb\r"])
def test_a_line_is_ascii_and_says_what_it_was_given(written, text):
    record("Stored", {"externalConversationId": text})
    assert written().isascii()
    assert written().rstrip("\n").isprintable()
    assert json.loads(written())["externalConversationId"] == text


def test_a_level_that_leaves_a_line_out_leaves_its_metrics_in(log, monkeypatch):
    monkeypatch.setattr(logger._logger, "level", logging.ERROR)
    logger._logger._cache.clear()
    record("Stored", {"eventId": "e"}, counts={"IgnoredFields": 2})
    record("Failed", {"eventId": "e"}, level="ERROR")
    metrics, line = log()
    assert metrics_of(metrics) == {"Stored": [1], "IgnoredFields": [2]}
    assert "eventId" not in metrics
    assert (line["message"], line["eventId"]) == ("Failed", "e")


def test_the_sdk_logs_no_information_of_its_own():
    assert not logging.getLogger("botocore.credentials").isEnabledFor(logging.INFO)
    assert logging.getLogger("botocore.credentials").isEnabledFor(logging.WARNING)
