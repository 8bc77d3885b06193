"""The line of a request: its log record and its metrics at once."""

import json
import logging
from datetime import datetime
from io import StringIO

import pytest

from telemetry import logger, record


def metrics_of(line):
    """Return what CloudWatch makes of a line in its embedded metric format."""
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Tests"
    assert directive["Dimensions"] == [["service"]]
    assert all(metric["Unit"] == "Count" for metric in directive["Metrics"])
    return {metric["Name"]: line[metric["Name"]] for metric in directive["Metrics"]}


@pytest.mark.parametrize("level", ["INFO", "WARNING", "ERROR"])
def test_the_message_is_the_outcome_which_counts_one_and_the_fields_stand_beside_it(log, level):
    record("Stored", {"requestId": "r", "eventId": "e"}, level=level)
    [line] = log()
    assert (line["message"], line["level"], line["service"]) == ("Stored", level, "tested")
    assert (line["requestId"], line["eventId"]) == ("r", "e")
    assert metrics_of(line) == {"Stored": [1]}
    # As Lambda reads it.
    assert "T" in line["timestamp"]
    assert datetime.fromisoformat(line["timestamp"]).tzinfo is not None


@pytest.mark.parametrize("text", ["\u2028", "\u0085", "\u009b31m", "\u202e", "\x1b[2J", "\ud800", "会話 📱", "a\nb\r"])
def test_a_line_is_ascii_and_says_what_it_was_given(monkeypatch, text):
    written = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    record("Stored", {"externalConversationId": text})
    line = written.getvalue().removesuffix("\n")
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["externalConversationId"] == text


def test_a_level_that_leaves_a_line_out_leaves_its_metrics_in(log, monkeypatch):
    monkeypatch.setattr(logger._logger, "level", logging.ERROR)
    logger._logger._cache.clear()
    record("Stored", {"eventId": "e"}, counts={"Stored": 1, "IgnoredFields": 2})
    record("Failed", {"eventId": "e"}, level="ERROR")
    metrics, line = log()
    assert metrics_of(metrics) == {"Stored": [1], "IgnoredFields": [2]}
    assert "eventId" not in metrics
    assert (line["message"], line["eventId"]) == ("Failed", "e")
    assert metrics_of(line) == {"Failed": [1]}


def test_the_sdk_logs_no_information_of_its_own(caplog):
    caplog.set_level(logging.INFO)
    assert not logging.getLogger("botocore.credentials").isEnabledFor(logging.INFO)
    assert logging.getLogger("botocore.credentials").isEnabledFor(logging.WARNING)
