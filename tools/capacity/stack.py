"""What of the templates costs money."""

from typing import Any

from tools.template import ROOT, load

_RESOURCES: dict[str, dict[str, Any]] = {}
for name in ("template.yaml", "monitoring.yaml"):
    if (ROOT / name).exists():
        _RESOURCES |= load(name)["Resources"]


def alarm_metrics() -> int:
    """Count the metrics that alarms look at: CloudWatch charges for each."""
    alarms = _properties("AWS::CloudWatch::Alarm")
    return sum(sum("MetricStat" in metric for metric in alarm.get("Metrics", [])) or 1 for alarm in alarms)


def firewall_rules() -> int:
    """Count the firewall's rules."""
    return sum(len(acl["Rules"]) for acl in _properties("AWS::WAFv2::WebACL"))


def access_log() -> tuple[str, str]:
    """Return the format of the access log's lines, and the class of its log group."""
    [api] = _properties("AWS::Serverless::Api")
    setting = api["AccessLogSetting"]
    group = _RESOURCES[setting["DestinationArn"]["Fn::GetAtt"].removesuffix(".Arn")]
    return setting["Format"], group["Properties"].get("LogGroupClass", "STANDARD")


def _properties(kind: str) -> list[dict[str, Any]]:
    return [resource["Properties"] for resource in _RESOURCES.values() if resource["Type"] == kind]
