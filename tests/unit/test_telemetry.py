"""Log lines and the metrics in them."""

import json
import logging
import os
import sys
from datetime import datetime
from importlib import import_module
from io import StringIO

import pytest

from telemetry import logger, record
from tests.conftest import ROOT
from tools.command import run


@pytest.mark.parametrize("text", ["\u2028", "\u0085", "\u009b31m", "\u202e", "\x1b[2J", "\ud800", "会話 📱", "a\nb\r"])
def test_log_line_is_ascii(monkeypatch, text):
    written = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    record("Stored", {"externalConversationId": text})
    line = written.getvalue().removesuffix("\n")
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["externalConversationId"] == text


def test_log_level_suppresses_lines_but_not_metrics(log, monkeypatch):
    monkeypatch.setattr(logger._logger, "level", logging.ERROR)
    logger._logger._cache.clear()
    record("Stored", {"eventId": "e"}, counts={"Stored": 1, "IgnoredFields": 2})
    record("Duplicate", {"eventId": "e"}, counts={})
    record("Failed", {"eventId": "e"}, level="ERROR")
    metrics, line = log()
    assert metrics.keys() == {"level", "timestamp", "_aws", "service", "Stored", "IgnoredFields"}
    assert metrics["level"] == "ERROR"
    assert datetime.fromisoformat(metrics["timestamp"]).tzinfo
    assert (line["message"], line["eventId"], line["Failed"]) == ("Failed", "e", [1])


@pytest.mark.parametrize(("tracing", "trace_id"), [("true", "1-5f"), ("false", None)])
def test_log_line_has_a_trace_id_only_with_tracing(tracing, trace_id):
    environment = {"TRACING": tracing, "_X_AMZN_TRACE_ID": "Root=1-5f;Parent=6a;Sampled=1", "PYTHONPATH": "functions"}
    command = [sys.executable, "-c", "import telemetry; telemetry.record('Stored', {})"]
    written = run(command, cwd=ROOT, env=os.environ | environment).stdout
    assert json.loads(written).get("xray_trace_id") == trace_id


def test_sdk_logs_warnings_only(caplog):
    import_module("aws_client")
    caplog.set_level(logging.INFO)
    assert not logging.getLogger("botocore.credentials").isEnabledFor(logging.INFO)
    assert logging.getLogger("botocore.credentials").isEnabledFor(logging.WARNING)
